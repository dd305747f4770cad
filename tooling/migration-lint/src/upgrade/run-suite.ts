import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Service } from '@codezest/schema-docs';
import type { KeptPackage } from './kept-package.js';

/** A kept release, installed as a service has it: with the dependencies of its own time. */
export interface InstalledRelease {
  /** Runs its tests against databases made by other migrations than its own. `only` names files of the suite. */
  run(migrationsDirectory: string, only?: readonly string[]): Promise<SuiteOutcome>;
  remove(): void;
}

export interface SuiteOutcome {
  readonly passed: number;
  /** Names of tests, each with what it says. */
  readonly failed: readonly string[];
}

export function installRelease(
  service: Service,
  { version, dependencies, files }: KeptPackage,
): InstalledRelease {
  const directory = mkdtempSync(join(tmpdir(), `release-${service}-`));
  const manifest = { name: `db-${service}-${version}`, private: true, type: 'module', dependencies };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error'],
    { cwd: directory, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (status !== 0)
    throw new Error(`npm could not install what db-${service} ${version} needs:\n${stdout}${stderr}`);

  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
  symlinkSync(realpathSync(vitest), join(directory, 'node_modules/vitest'), 'junction');
  writeFileSync(
    join(directory, 'vitest.config.mjs'),
    `export default { test: { include: ['suite/*.test.js'], pool: 'forks', maxWorkers: 2, testTimeout: 60_000,
      hookTimeout: 60_000, reporters: ['json'], outputFile: 'outcome.json' } };`,
  );
  return {
    async run(migrationsDirectory, only = []) {
      for (const [path, text] of withMigrations(files, migrationsDirectory)) {
        writeFileSync(join(directory, path), text);
      }
      const output = await runVitest(join(vitest, 'vitest.mjs'), directory, only);
      return outcomeIn(join(directory, 'outcome.json'), output);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/**
 * The modules of a build that hold the text of its migrations, with these in their place: the last statement of the
 * module assigns the variable anew, and whoever imports it sees that.
 */
function withMigrations(files: KeptPackage['files'], directory: string): [path: string, text: string][] {
  const migrations = Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(directory, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]),
  );
  const modules = Object.entries(files).flatMap(([path, text]): [string, string][] => {
    const variable = path.startsWith('node_modules/') && /^var (migrationFiles\d*) = \{/m.exec(text)?.[1];
    return variable ? [[path, `${text}\n${variable} = ${JSON.stringify(migrations)};\n`]] : [];
  });
  if (modules.length === 0) throw new Error('No module of the kept release holds its migrations.');
  return modules;
}

function runVitest(program: string, directory: string, only: readonly string[]): Promise<string> {
  const { TEST_DATABASE_URL, PATH, HOME } = process.env;
  const child = spawn(process.execPath, [program, 'run', ...only], {
    cwd: directory,
    // Of this run's variables the server alone: vitest would take itself for a worker.
    env: { PATH, HOME, TEST_DATABASE_URL, NODE_ENV: 'test' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

function outcomeIn(path: string, output: string): SuiteOutcome {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    throw new Error(`The suite gave no report:\n${output}`);
  } finally {
    rmSync(path, { force: true });
  }
  const failed = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    // A file that could not even begin has no test that failed.
    if (status === 'failed' && tests.length === 0) return [`${name}: ${shortened(message)}`];
    return tests.map((test) => `${test.fullName}: ${shortened(test.failureMessages.join('\n'))}`);
  });
  return { passed: report.numPassedTests, failed };
}

/** The first line, and the last before the stack: Prisma's messages begin with where and end with what. */
function shortened(message: string): string {
  const lines = message
    .split(/\n\s+at /)[0]
    ?.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return [...new Set([lines?.[0], lines?.at(-1)])].join(' ');
}
