import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot, type Service } from '@codezest/schema-docs';

export interface Finished {
  readonly code: number | null;
  /** Both streams. */
  readonly output: string;
}

/** Runs a package's own command line as a process, as an operator does. */
export function runCommand(
  service: Service,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  const program = join(repositoryRoot, `packages/db-${service}/bin/codezest-db-${service}.js`);
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
