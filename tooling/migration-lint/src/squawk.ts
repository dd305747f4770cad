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

/** What squawk says about files, given by their paths. */
export function runSquawk(files: readonly string[], directory: string): SquawkFinding[] {
  // Without a file it would wait for one on its input.
  if (files.length === 0) return [];
  const require = createRequire(import.meta.url);
  const command = require.resolve('squawk-cli/js/bin/squawk');
  const config = fileURLToPath(new URL('../squawk.toml', import.meta.url));
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    [command, '--config', config, '--reporter', 'json', ...files],
    { cwd: directory, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (error) throw error;
  // It ends with 1 when it has findings; without a list it has not looked at all.
  if (!stdout.trimStart().startsWith('[')) throw new Error(`squawk gave no findings: ${stderr}`);
  const findings = JSON.parse(stdout) as SquawkFinding[];
  // It counts the first line as 0.
  return findings.map((finding) => ({ ...finding, line: finding.line + 1 }));
}
