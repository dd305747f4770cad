import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** A fixture in a process of its own, and the JSON of its first line. */
export async function runFixture<T>(name: string): Promise<{ child: ChildProcess; said: T }> {
  const child = spawn(process.execPath, ['--import', 'tsx', `test/fixtures/${name}.ts`], {
    cwd: PACKAGE,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk)));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { child, said: JSON.parse(line) as T };
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `codezest-databases` as a person calls it. */
export function databases(args: string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const child = spawn(process.execPath, ['bin/databases.mjs', ...args], {
    cwd: PACKAGE,
    env: { ...process.env, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** The command, killed with everything in its terminal as soon as `moment` has come. */
export async function killedWhen(
  args: string[],
  env: NodeJS.ProcessEnv,
  moment: () => boolean,
): Promise<void> {
  const child = spawn(process.execPath, ['bin/databases.mjs', ...args], {
    cwd: PACKAGE,
    env: { ...process.env, ...env },
    detached: true,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await until(moment);
  if (child.pid) process.kill(-child.pid, 'SIGKILL');
  await ended;
}

export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
