import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';
import { createScratch, type Scratch } from '../migrations/scratch.js';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** The command line of a package, bundled as the packages bundle it (CommonJS) and started as a process. */
export interface CommandLine {
  start(scratch: Scratch, args: string[], env?: Record<string, string>): RunningCommand;
  run(scratch: Scratch, args: string[], env?: Record<string, string>): Promise<Finished>;
  remove(): void;
}

export async function bundleCommandLine(): Promise<CommandLine> {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
  await build({
    entry: { cli: join(__dirname, 'example-cli.ts') },
    format: 'cjs',
    outDir: folder,
    config: false,
    silent: true,
    clean: false,
    noExternal: [/.*/],
    external: ['pg-native'],
  });
  const start = (scratch: Scratch, args: string[], env: Record<string, string> = {}): RunningCommand => {
    const child = spawn(process.execPath, [join(folder, 'cli.js'), ...args], {
      env: {
        PATH: process.env.PATH,
        EXAMPLE_PACKAGE: scratch.packageDirectory,
        AUTH_DATABASE_URL: scratch.url,
        ...env,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { process: child, finished };
  };
  return {
    start,
    run: (scratch, args, env) => start(scratch, args, env).finished,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A scratch database together with a package folder as a command line expects it. */
export async function createScratchPackage(): Promise<Scratch> {
  const scratch = await createScratch();
  writeFileSync(
    join(scratch.packageDirectory, 'package.json'),
    JSON.stringify({ name: 'example', version: '1.2.3' }),
  );
  return scratch;
}
