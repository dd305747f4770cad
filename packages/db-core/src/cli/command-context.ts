import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { redactUrl } from '../connection-url/redact.js';
import type { PersonalData } from '../erasure/personal-data.js';
import type { MigrationTarget } from '../migrations/options.js';
import type { MigrationSource } from '../migrations/source.js';
import { migratorUrlVariables, urlFrom } from '../migrations/url-variables.js';
import type { RoleDefinition } from '../roles/definition.js';
import type { Seed } from '../seed/run-seed.js';
import type { CliEnvironment, Terminal } from './terminal.js';

export interface PackageContent {
  readonly version: string;
  readonly migrations: MigrationSource;
}

export interface CliOptions {
  /** `auth`, `learning` …: the command is called `codezest-db-<service>`. */
  readonly service: string;
  /** The package's folder, with its manifest and prisma/migrations; or what these say, where a bundle runs without them. */
  readonly package: string | PackageContent;
  /** Environment variables that may hold the URL, the first that is set wins. */
  readonly urlVariables?: readonly string[];
  /** What the migrations lead to, as `structure:write` writes it: `doctor` compares the database with it. */
  readonly structure?: string;
  readonly seed?: Seed;
  readonly roles?: RoleDefinition;
  readonly personalData?: PersonalData;
  /** Commands that only this package has. */
  readonly addCommands?: (program: Command, context: CommandContext) => void;
}

/** What every command needs, made once per call. */
export interface CommandContext {
  readonly service: string;
  /** `codezest-db-auth`, as a person types it. */
  readonly command: string;
  readonly version: string;
  readonly env: CliEnvironment['env'];
  readonly terminal: Terminal;
  /** The variables that may hold the URL, in the order of their precedence. */
  readonly urlVariables: readonly string[];
  /** From the environment, never from an argument: arguments stand in process lists and shell histories. */
  databaseUrl(): string;
  /** The URL that the service's own client takes, not the migrator's. */
  applicationUrl(): string;
  /** Host, port and database, for people. */
  databaseName(): string;
  migrationTarget(options?: { wait?: number | undefined }): MigrationTarget;
  setExitCode(code: number): void;
}

export function createContext(
  options: CliOptions,
  environment: CliEnvironment,
  terminal: Terminal,
  setExitCode: (code: number) => void,
): CommandContext {
  const { service } = options;
  const { version, migrations } = contentOf(options.package);
  const { env } = environment;
  const variables = options.urlVariables ?? migratorUrlVariables(service);

  const databaseUrl = (): string => urlFrom(variables, env);
  return {
    service,
    command: `codezest-db-${service}`,
    version,
    env,
    terminal,
    urlVariables: variables,
    databaseUrl,
    applicationUrl: () =>
      urlFrom(
        variables.filter((name) => !name.includes('_MIGRATE_')),
        env,
      ),
    databaseName: () => redactUrl(databaseUrl()).replace(/^\w+:\/\//, ''),
    migrationTarget: ({ wait } = {}) => ({
      url: databaseUrl(),
      migrationsDirectory: migrations,
      service,
      version,
      ...(wait === undefined ? {} : { waitMs: wait * 1_000 }),
    }),
    setExitCode,
  };
}

function contentOf(source: CliOptions['package']): PackageContent {
  if (typeof source !== 'string') return source;
  const { version = 'unknown' } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  return { version, migrations: join(source, 'prisma', 'migrations') };
}

/** Parser of options that are seconds. */
export function seconds(text: string): number {
  const value = Number(text.replace(/s$/, ''));
  if (!Number.isFinite(value) || value < 0 || text.trim() === '') {
    throw new InvalidArgumentError('Write a number of seconds.');
  }
  return value;
}

/** Appends examples to a command's help, each with what it is for. */
export function examples(
  command: Command,
  lines: readonly (readonly [example: string, purpose: string])[],
): Command {
  const width = Math.max(...lines.map(([example]) => example.length));
  const text = lines.map(([example, purpose]) => `  ${example.padEnd(width)}  ${purpose}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${text}`);
}
