import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOOL = fileURLToPath(new URL('..', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** stdout and stderr, as a person sees them. */
  readonly output: string;
  /** How long the process lived on after its last word. */
  readonly lingeredMs: number;
}

/** A copy of the fixture inside the tool's folder, so that its dependencies are found as in any package. */
export function createProject() {
  const parent = join(TOOL, '.local');
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'project-'));
  cpSync(join(TOOL, 'test/fixture'), directory, { recursive: true });
  const path = (file: string): string => join(directory, file);

  return {
    directory,
    read: (file: string): string => readFileSync(path(file), 'utf8'),
    write: (file: string, text: string): void => {
      mkdirSync(join(path(file), '..'), { recursive: true });
      writeFileSync(path(file), text);
    },
    /** Runs `codezest-prisma` here. */
    prisma: (args: string[], env: Record<string, string> = {}): Promise<Outcome> =>
      run(join(TOOL, 'bin/prisma.mjs'), args, { cwd: directory, env }),
    /** Runs the schema engine as the CLI would. */
    engine: (args: string[], input = '', watch?: RunOptions['watch']): Promise<Outcome> =>
      run(join(TOOL, 'bin/schema-engine.mjs'), args, { cwd: directory, env: {}, input, watch }),
    remove: (): void => rmSync(directory, { recursive: true, force: true }),
  };
}

interface RunOptions {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly input?: string;
  /** Sees the process while it runs. */
  readonly watch?: (child: ChildProcess) => void;
}

export type Project = ReturnType<typeof createProject>;

function run(script: string, args: string[], { cwd, env, input = '', watch }: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', CI: '1', ...env },
    });
    let stdout = '';
    let output = '';
    let lastWord = Date.now();
    child.stdout.on('data', (text) => {
      lastWord = Date.now();
      stdout += text;
      output += text;
    });
    child.stderr.on('data', (text) => {
      output += text;
    });
    watch?.(child);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, output, lingeredMs: Date.now() - lastWord }));
    child.stdin.end(input);
  });
}
