import type { Client } from 'pg';
import type { Row } from '../machines/row.js';
import type { History, Model, Rows } from './model.js';
import { known } from './prediction.js';

/** What became of a raw write, and the rows after it; of the last write, and of those that were accepted. */
export interface Answer {
  readonly refusedBy: string | null;
  readonly rows: Rows | null;
}

/** The rows of one history, as the database has them. */
export interface Table {
  read(): Promise<Rows>;
  tryEach(statements: readonly string[]): Promise<Answer[]>;
}

/**
 * Tries each statement, deferred rules included, and says what became of it and which rows there are then. One round trip
 * for all writes up to the next call is what makes ten thousand steps affordable. A refused write has been undone by the
 * time that the rows would be read, so they are read after the last one of those.
 */
export const TRY_EACH = `
  CREATE FUNCTION pg_temp.try_each(tried text[], seen text) RETURNS TABLE ("refusedBy" text, "rows" jsonb)
  LANGUAGE plpgsql AS $$
  DECLARE
    statement text;
    "left" integer := cardinality(tried);
  BEGIN
    FOREACH statement IN ARRAY tried LOOP
      "refusedBy" := NULL;
      "rows" := NULL;
      "left" := "left" - 1;
      BEGIN
        SET CONSTRAINTS ALL DEFERRED;
        EXECUTE statement;
        SET CONSTRAINTS ALL IMMEDIATE;
      EXCEPTION WHEN integrity_constraint_violation OR not_null_violation OR foreign_key_violation OR unique_violation
        OR check_violation OR exclusion_violation OR insufficient_privilege THEN
        GET STACKED DIAGNOSTICS "refusedBy" = CONSTRAINT_NAME;
      END;
      IF "refusedBy" IS NULL OR "left" = 0 THEN
        EXECUTE seen INTO "rows";
      END IF;
      RETURN NEXT;
    END LOOP;
  END $$`;

export function openTable<Own extends History>(client: Client, model: Model<Own>, { where }: Own): Table {
  const ofHistory = `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') AS rows FROM ${model.machine.table} t WHERE ${where}`;
  const inModel = (rows: Row[]): Rows => rows.map((row) => known(model, row));
  return {
    async read() {
      const { rows } = await client.query<{ rows: Row[] }>(ofHistory);
      return inModel(rows[0]?.rows ?? []);
    },
    async tryEach(statements) {
      if (statements.length === 0) return [];
      const { rows } = await client.query<{ refusedBy: string | null; rows: Row[] | null }>(
        'SELECT * FROM pg_temp.try_each($1, $2)',
        [statements, ofHistory],
      );
      return rows.map((answer) => ({ ...answer, rows: answer.rows && inModel(answer.rows) }));
    },
  };
}
