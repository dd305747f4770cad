import pc from 'picocolors';
import type { Finding } from './finding.js';

/** Findings as a person reads them: where, which rule, why, and what to write in its place. */
export function reportFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ path, line, rule, why, instead }) =>
      [
        `${pc.bold(`${path}:${line}`)}  ${pc.red(rule)}`,
        `  ${why}`,
        `  ${pc.green('Instead:')} ${instead}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}
