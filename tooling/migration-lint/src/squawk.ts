import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The rules of squawk that we rely on: a fixture proves each, so that an upgrade that loses one is noticed. */
export const squawkRules = [
  'adding-field-with-default',
  'adding-foreign-key-constraint',
  'adding-not-nullable-field',
  'adding-required-field',
  'adding-serial-primary-key-field',
  'ban-alter-domain-with-add-constraint',
  'ban-create-domain-with-constraint',
  'ban-drop-column',
  'ban-drop-not-null',
  'ban-drop-table',
  'ban-truncate-cascade',
  'changing-column-type',
  'constraint-missing-not-valid',
  'disallowed-unique-constraint',
  'identifier-too-long',
  'renaming-column',
  'renaming-table',
  'require-concurrent-index-creation',
  'require-concurrent-index-deletion',
  'require-concurrent-partition-detach',
  'require-concurrent-reindex',
  'require-enum-value-ordering',
  'require-lock-timeout',
  'require-statement-timeout',
] as const;

export interface SquawkFinding {
  readonly file: string;
  readonly line: number;
  readonly rule_name: string;
  readonly message: string;
  readonly help: string | null;
}

const SQUAWK = createRequire(import.meta.url).resolve('squawk-cli/js/bin/squawk');

/** What squawk says about files, given by their paths. A file that it cannot read is a finding, and the others are judged. */
export function runSquawk(files: readonly string[], directory: string, command = SQUAWK): SquawkFinding[] {
  // Without a file it would wait for one on its input.
  if (files.length === 0) return [];
  const answer = squawkOn(files, directory, command);
  if ('findings' in answer) return answer.findings;
  const [file = ''] = files;
  if (files.length > 1) return files.flatMap((each) => runSquawk([each], directory, command));
  const message = `squawk ended without an answer about this file: ${answer.failure}.`;
  const help =
    'Write the statements in a form that it reads; or “-- lint-ignore squawk-failed: <who has looked at its locks>” in the first line.';
  return [{ file, line: 1, rule_name: 'squawk-failed', message, help }];
}

function squawkOn(
  files: readonly string[],
  directory: string,
  command: string,
): { findings: SquawkFinding[] } | { failure: string } {
  const config = fileURLToPath(new URL('../squawk.toml', import.meta.url));
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    [command, '--config', config, '--reporter', 'json', ...files],
    { cwd: directory, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (error) throw error;
  // It ends with 1 when it has findings; without a list it has not looked at all.
  if (!stdout.trimStart().startsWith('['))
    return { failure: stderr.trim().split('\n')[0] || 'it said nothing' };
  const findings = JSON.parse(stdout) as SquawkFinding[];
  // It counts the first line as 0.
  return { findings: findings.map((finding) => ({ ...finding, line: finding.line + 1 })) };
}
