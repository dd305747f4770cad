import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface ServiceCopy {
  readonly folder: string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Commits what is there. */
  commit(): void;
  /** The files that differ from the last commit. */
  changes(): string[];
  /** Runs a program in the folder; what it prints is part of the error if it fails. */
  run(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): string;
}

/** A service of its own in a git repository, with the new packages installed. */
export function copyOfFixture(name: string): ServiceCopy {
  const copy = emptyService();
  cpSync(join(ROOT, 'fixtures', name), copy.folder, {
    recursive: true,
    filter: (path) => !path.includes('by-hand'),
  });
  copy.commit();
  return copy;
}

/** Puts in what a person does after the codemod. */
export function finishByHand(copy: ServiceCopy, name: string): void {
  cpSync(join(ROOT, 'fixtures', name, 'by-hand'), copy.folder, { recursive: true });
}

export function serviceOf(
  files: Readonly<Record<string, string>>,
  compilerOptions: object = {},
): ServiceCopy {
  const copy = emptyService();
  const options = {
    target: 'ES2022',
    module: 'commonjs',
    moduleResolution: 'node',
    strict: true,
    noEmit: true,
    esModuleInterop: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    types: ['node'],
    ...compilerOptions,
  };
  if (!('tsconfig.json' in files))
    copy.write('tsconfig.json', JSON.stringify({ compilerOptions: options, include: ['src'] }));
  for (const [file, text] of Object.entries(files)) copy.write(file, text);
  copy.commit();
  return copy;
}

function emptyService(): ServiceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'codemod-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const copy: ServiceCopy = {
    folder,
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    commit() {
      copy.run('git', ['add', '.']);
      const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
      copy.run('git', [...author, 'commit', '--quiet', '--allow-empty', '-m', 'As it was']);
    },
    changes: () =>
      copy
        .run('git', ['status', '--porcelain', '--untracked-files=all'])
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.slice(3)),
    run: (program, args, env = process.env) =>
      execFileSync(program, args, { cwd: folder, encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] }),
  };
  copy.run('git', ['init', '--quiet']);
  copy.write('.gitignore', 'node_modules\ndist\n');
  return copy;
}
