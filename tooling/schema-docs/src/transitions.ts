import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationFiles, packageDirectory, type Service } from './repository.js';
import { statements } from './sql-statements.js';

/** Which status may follow which. The triggers read it from a table of the schema `rules`. */
export interface Transitions {
  table: string;
  /** The enum of both columns. */
  enum: string;
  steps: Map<string, string[]>;
  /** Why: the comment above the rows in the migration. */
  reason: string;
}

/** As `structure.sql` has them, which PostgreSQL wrote: a migration may compute rows that no reader of its text would find. */
export function readTransitions(service: Service): Transitions[] {
  const structure = readFileSync(join(packageDirectory(service), 'prisma/structure.sql'), 'utf8');
  return transitions(
    structure,
    migrationFiles(service).map(({ text }) => text),
  );
}

const CREATED = /^CREATE TABLE rules\.(\w+_transitions) \(\n\s*\w+ "?(\w+)"?/gm;
const INSERTED = /^INSERT INTO "?rules"?\."?(\w+_transitions)"?/i;

export function transitions(structure: string, migrations: string[]): Transitions[] {
  const reasons = new Map(
    migrations.flatMap(statements).flatMap(({ text, comment }) => {
      const table = INSERTED.exec(text)?.[1];
      return table === undefined ? [] : [[table, comment] as const];
    }),
  );
  return [...structure.matchAll(CREATED)].map(([, table = '', type = '']) => ({
    table,
    enum: type,
    steps: stepsOf(structure, table),
    reason: reasons.get(table) ?? '',
  }));
}

function stepsOf(structure: string, table: string): Map<string, string[]> {
  const rows =
    new RegExp(`^-- Rows of rules\\.${table}\\n((?:--   .*\\n?)*)`, 'm').exec(structure)?.[1] ?? '';
  const steps = new Map<string, string[]>();
  for (const [, from = '', to = ''] of rows.matchAll(/\((\w+),(\w+)\)/g)) {
    steps.set(from, [...(steps.get(from) ?? []), to]);
  }
  return steps;
}
