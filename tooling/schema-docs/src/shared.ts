import * as dbTypes from '@codezest/db-types';
import type { Schema } from './schema.js';
import { code, table } from './text.js';

/** The enums of db-types, with the services whose databases store them. */
export function sharedEnumsAsMarkdown(schemas: ReadonlyMap<string, Schema>): string {
  const rows = Object.entries<unknown>(dbTypes).flatMap(([name, value]) => {
    if (!isEnum(value)) return [];
    const stores = [...schemas].flatMap(([service, { enums }]) =>
      enums.some((own) => own.name === name) ? [service] : [],
    );
    return [[code(name), stores.join(', '), Object.keys(value).map(code).join(', ')]];
  });
  return table(['enum', 'stored by', 'members'], rows);
}

/** Every column that holds something of another service's row, and what becomes of it when that row goes. */
export function referencesAsMarkdown(): string {
  return table(
    ['service', 'column', 'holds', 'when that goes', 'why'],
    dbTypes.crossServiceReferences.map(
      ({ service, store, table: of, column, refersTo, by, onDelete, reason }) => [
        store === 'mongodb' ? `${service} (MongoDB)` : service,
        code(`${of}.${column}`),
        by === undefined ? refersTo : `${refersTo}, by ${by}`,
        onDelete,
        reason,
      ],
    ),
  );
}

function isEnum(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = Object.entries(value);
  return members.length > 0 && members.every(([name, stored]) => name === stored);
}
