import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SOURCE_VARIABLE, targetVariables } from '../src/environment.js';
import { keyVariables, type TargetDatabase } from './targets.js';

const PROGRAM = fileURLToPath(new URL('../bin/codezest-db-import.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** The command as somebody starts it, in a process of its own. */
export function startCommand(
  args: readonly string[],
  sourceUrl: string,
  targets: readonly Pick<TargetDatabase, 'into' | 'url'>[],
): Command {
  const urls = targets.map(({ into, url }) => [targetVariables(into)[0], url]);
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      [SOURCE_VARIABLE]: sourceUrl,
      ...keyVariables,
      ...Object.fromEntries(urls),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, ended };
}
