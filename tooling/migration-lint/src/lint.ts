import { applyExceptions } from './exceptions.js';
import type { Finding } from './finding.js';
import type { Migration } from './parse.js';
import type { Surroundings } from './rule.js';
import { contractedRules, isContract } from './rules/history-rules.js';
import { rulesOf } from './rules/index.js';
import { runSquawk, type SquawkFinding } from './squawk.js';

export interface LintedFile {
  readonly migration: Migration;
  readonly surroundings: Surroundings;
}

/** What is wrong with these files, in the order of files and lines. Paths are relative to `directory`. */
export function lint(files: readonly LintedFile[], directory: string): Finding[] {
  // It knows statements about tables; a backfill holds none.
  const schemaFiles = files.filter(({ migration }) => migration.kind === 'schema');
  const bySquawk = runSquawk(
    schemaFiles.map(({ migration }) => migration.path),
    directory,
  );
  return files.flatMap(({ migration, surroundings }) => {
    const said = bySquawk.filter(({ file }) => file === migration.path);
    const found = migration.syntaxError
      ? [syntaxFinding(migration, migration.syntaxError)]
      : [
          ...ownFindings(migration, surroundings),
          ...said.filter((finding) => concerns(finding, migration, surroundings)).map(fromSquawk),
        ];
    return applyExceptions(migration, found).sort((one, other) => one.line - other.line);
  });
}

function ownFindings(migration: Migration, surroundings: Surroundings): Finding[] {
  return rulesOf[migration.kind].flatMap((rule) =>
    rule.check(migration, surroundings).map(({ at, detail }) => ({
      rule: rule.id,
      path: migration.path,
      line: typeof at === 'number' ? at : at.line,
      why: detail ? `${rule.why} Here: ${detail}.` : rule.why,
      instead: rule.instead,
    })),
  );
}

/** Squawk knows neither how the runner applies a lone CONCURRENTLY statement nor what a contract is. */
function concerns({ rule_name }: SquawkFinding, migration: Migration, surroundings: Surroundings): boolean {
  if (contractedRules.has(rule_name)) return !isContract(migration, surroundings);
  const transactional = [
    'require-lock-timeout',
    'require-statement-timeout',
    'ban-concurrent-index-creation-in-transaction',
  ];
  if (transactional.includes(rule_name)) return !migration.concurrent;
  return true;
}

function fromSquawk({ rule_name, file, line, message, help }: SquawkFinding): Finding {
  return { rule: rule_name, path: file, line, why: message, instead: help ?? 'Leave it out.' };
}

function syntaxFinding({ path }: Migration, { line, message }: { line: number; message: string }): Finding {
  return {
    rule: 'syntax-error',
    path,
    line,
    why: `PostgreSQL’s parser says: ${message}.`,
    instead:
      'Correct the statement; nothing else was looked at. If the server’s version knows it and the parser does not: “-- lint-ignore syntax-error: <who has looked at its locks>” above it.',
  };
}
