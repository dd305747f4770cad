import { type ErrorCode, errorCodes, statusesOf } from '@codezest/checks/error-reference';
import type { PersonalData } from '@codezest/db-core';
import { type CrossServiceReference, crossServiceReferences, type EventContract } from '@codezest/db-types';
import {
  lockDuration,
  type Migration,
  migrationLocks,
  migrationsDirectory,
  readMigrations,
  type StatementLocks,
} from '@codezest/migration-lint';
import {
  packageDirectory,
  readSchema,
  readSqlRules,
  readTransitions,
  type Schema,
  type Service,
  type SqlRule,
  services,
  type Transitions,
} from '@codezest/schema-docs';
import { type EventFacts, readEvents } from './events.js';
import { type FunctionFacts, readFunctions } from './functions.js';
import { readSqlWrites, type SqlWrites } from './sql-writes.js';

export interface ServiceFacts {
  readonly service: Service;
  readonly schema: Schema;
  readonly rules: SqlRule[];
  readonly machines: Transitions[];
  readonly sqlWrites: SqlWrites;
  readonly personalData: PersonalData;
  readonly migrations: MigrationFacts[];
  /** By code, the HTTP status that the package suggests. */
  readonly statuses: ReadonlyMap<string, number>;
}

export interface MigrationFacts {
  readonly migration: Migration;
  readonly duration: string;
  readonly statements: StatementLocks[];
}

/** All that the atlas shows. */
export interface Atlas {
  readonly services: ServiceFacts[];
  readonly functions: FunctionFacts[];
  readonly events: EventFacts[];
  readonly errors: ErrorCode[];
  readonly references: readonly CrossServiceReference[];
}

export async function readAtlas(): Promise<Atlas> {
  const events = readEvents();
  const types = new Set(events.map(({ contract }: { contract: EventContract }) => contract.type));
  const facts = [];
  for (const service of services) facts.push(await readService(service, types));
  return {
    services: facts,
    functions: readFunctions(
      new Map(facts.map(({ service, schema }) => [service, schema])),
      new Map(facts.map(({ service, sqlWrites }) => [service, sqlWrites])),
    ),
    events,
    errors: errorCodes(),
    references: crossServiceReferences,
  };
}

async function readService(service: Service, eventTypes: ReadonlySet<string>): Promise<ServiceFacts> {
  const schema = await readSchema(service);
  const tables = new Set(schema.models.map(({ table }) => table));
  const { personalData } = (await import(`${packageDirectory(service)}/src/personal-data.ts`)) as {
    personalData: PersonalData;
  };
  return {
    service,
    schema,
    rules: readSqlRules(service),
    machines: readTransitions(service),
    sqlWrites: readSqlWrites(service, tables, eventTypes),
    personalData,
    migrations: readMigrations(service, migrationsDirectory(service)).map((migration) => ({
      migration,
      duration: lockDuration(migration),
      statements: migrationLocks(migration),
    })),
    statuses: new Map(
      statusesOf(service).flatMap(([code, status]) =>
        status === undefined ? [] : [[code, status] as const],
      ),
    ),
  };
}
