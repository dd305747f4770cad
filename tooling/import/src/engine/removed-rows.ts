import type { Client } from 'pg';
import { quoted } from './identifiers.js';
import { uuidOf } from './ids.js';
import type { Source } from './opened-source.js';
import type { Step } from './step.js';

const PAGE = 10_000;

/**
 * Removes what is no longer in the source: a session that was deleted at logout or an account at a provider that was
 * unlinked must not come back to life here. Numbers are compared first, so that where nothing was deleted nothing is read.
 */
export async function removeGone(source: Source, client: Client, step: Step): Promise<number> {
  const table = step.targets[0]?.table;
  if (step.removable === undefined || table === undefined) return 0;
  if (!(await hasMore(source, client, step, table))) return 0;

  const hashed = await hashedIds(source, step);
  let removed = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM ${quoted(table)} WHERE id > $1 ORDER BY id LIMIT ${PAGE}`,
      [after],
    );
    if (rows.length === 0) return removed;
    after = rows.at(-1)?.id ?? after;
    const ids = rows.map(({ id }) => id).filter((id) => !hashed.has(id));
    const { rows: gone } = await source.client.query<{ id: string }>(
      `SELECT g.id FROM unnest($1::text[]) AS g(id) WHERE NOT EXISTS (
         SELECT FROM ${quoted(step.from)} t WHERE t."id" = g.id OR t."id" = upper(g.id))`,
      [ids],
    );
    if (gone.length === 0) continue;
    await client.query(`DELETE FROM ${quoted(table)} WHERE id = ANY ($1::uuid[])`, [
      gone.map(({ id }) => id),
    ]);
    removed += gone.length;
  }
}

async function hasMore(source: Source, client: Client, step: Step, table: string): Promise<boolean> {
  const count = async (of: Client, name: string) =>
    Number((await of.query(`SELECT count(*) AS count FROM ${quoted(name)}`)).rows[0]?.count);
  const { rows } = await client.query(
    'SELECT count(*) AS count FROM codezest_import.rejects WHERE step = $1',
    [step.name],
  );
  return (await count(client, table)) > (await count(source.client, step.from)) - Number(rows[0]?.count);
}

/** Ids that were no UUIDs cannot be told from their hashes. They stay in memory, 100 bytes each. */
async function hashedIds(source: Source, step: Step): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let after = '';
  for (;;) {
    const { rows } = await source.client.query<{ id: string }>(
      `SELECT "id" FROM ${quoted(step.from)} WHERE "id" > $1
         AND "id" !~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' ORDER BY "id" LIMIT ${PAGE}`,
      [after],
    );
    if (rows.length === 0) return ids;
    after = rows.at(-1)?.id ?? after;
    for (const { id } of rows) ids.add(uuidOf(step.from, id));
  }
}
