import type { ConstraintCase } from './case.js';

/** A row about `user`, by the table that it goes into, and the rows that it needs. */
export type RowsAboutUser = Readonly<Record<string, { readonly row: string; readonly given?: string }>>;

/** What every database demands of its tombstones: a table for each row about a person, which refuses it once they are erased. */
export function erasureCases(user: string, otherUser: string, rows: RowsAboutUser): ConstraintCase[] {
  const erased = (id: string): string =>
    `INSERT INTO erased_users (user_hash, request_id) VALUES (rules.hash_of_user(${id}), gen_random_uuid()); `;
  const tombstone = (columns: string, values: string): string =>
    `INSERT INTO erased_users (request_id, ${columns}) VALUES (gen_random_uuid(), ${values})`;
  return [
    ...Object.entries(rows).map(([table, { row, given }]) => ({
      object: `${table}_erased_user_rule`,
      ...(given === undefined ? {} : { given }),
      refused: erased(user) + row,
      allowed: erased(otherUser) + row,
    })),
    {
      object: 'erased_users_user_hash_check',
      refused: tombstone('user_hash', String.raw`'\x00'`),
      allowed: tombstone('user_hash', `sha256('ada')`),
    },
    {
      object: 'erased_users_tables_check',
      refused: tombstone('user_hash, tables', `sha256('ada'), '[]'`),
      allowed: tombstone('user_hash, tables', `sha256('ada'), '{"users": 1}'`),
    },
  ];
}
