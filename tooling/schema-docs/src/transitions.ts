import { migrationFiles, type Service } from './repository.js';
import { statements } from './sql-statements.js';

/** Which status may follow which. The triggers read it from a table of the schema `rules`. */
export interface Transitions {
  table: string;
  steps: Map<string, string[]>;
}

export function readTransitions(service: Service): Transitions[] {
  return transitions(migrationFiles(service).map(({ text }) => text));
}

const INSERTED = /^INSERT INTO "?rules"?\."?(\w+_transitions)"?\s*(?:\([^)]*\))? ?VALUES (.*)$/i;

export function transitions(migrations: string[]): Transitions[] {
  const tables = new Map<string, Map<string, string[]>>();
  for (const { text } of migrations.flatMap(statements)) {
    const [, table, rows = ''] = INSERTED.exec(text) ?? [];
    if (table === undefined) continue;
    const steps = tables.get(table) ?? new Map<string, string[]>();
    for (const [, from = '', to = ''] of rows.matchAll(/\(\s*'(\w+)'\s*,\s*'(\w+)'\s*\)/g)) {
      steps.set(from, [...(steps.get(from) ?? []), to]);
    }
    tables.set(table, steps);
  }
  return [...tables].map(([table, steps]) => ({ table, steps }));
}
