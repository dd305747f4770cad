import type { Finding } from './finding.js';
import type { Migration } from './parse.js';

const exception = /^--\s*lint-ignore\s+([a-z-]+)\s*(?::\s*(.*))?$/;

/**
 * `-- lint-ignore <rule>: <reason>` above a statement takes the rule's findings about that statement away, ours and
 * squawk's. An exception without a reason, or one that nothing needs any more, is a finding itself.
 */
export function applyExceptions(migration: Migration, findings: readonly Finding[]): Finding[] {
  const lines = migration.text.split('\n');
  let left = [...findings];
  const misused: Finding[] = [];
  for (const [at, text] of lines.entries()) {
    const line = at + 1;
    if (/squawk-ignore/.test(text)) {
      misused.push(misuse(migration, line, 'it hides without a reason', '-- lint-ignore <rule>: <reason>'));
    }
    const [, rule, reason = ''] = exception.exec(text.trim()) ?? [];
    if (rule === undefined) continue;
    if (reason.length < 10) {
      misused.push(
        misuse(migration, line, 'it gives no reason', `-- lint-ignore ${rule}: <why it is right here>`),
      );
      continue;
    }
    const next = migration.statements.find((statement) => statement.line > line);
    const covers = (finding: Finding): boolean =>
      finding.rule === rule &&
      (finding.line === 1 ||
        (finding.line > line && finding.line <= (next?.endLine ?? Number.POSITIVE_INFINITY)));
    if (!left.some(covers)) {
      misused.push(
        misuse(migration, line, `${rule} finds nothing in the statement below`, 'Remove the comment.'),
      );
    }
    left = left.filter((finding) => !covers(finding));
  }
  return [...left, ...misused];
}

function misuse({ path }: Migration, line: number, what: string, instead: string): Finding {
  return {
    rule: 'reasoned-exception',
    path,
    line,
    why: `An exception must say why it is one: ${what}.`,
    instead,
  };
}
