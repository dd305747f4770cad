import { crossServiceReferences, type Service } from '@codezest/db-types';
import type { Client } from 'pg';
import { quoted } from '../engine/identifiers.js';

export interface ReferenceVerification {
  readonly service: Service;
  readonly table: string;
  readonly column: string;
  /** Different ids in the column. */
  readonly ids: number;
  /** Of those, without a row in the database that they refer to. */
  readonly dangling: number;
}

const PAGE = 10_000;

/** Where no foreign key reaches: each id of a user that another service holds is one of auth's. */
export async function verifyReferences(
  clients: ReadonlyMap<Service, Client>,
): Promise<readonly ReferenceVerification[]> {
  const auth = clients.get('auth');
  if (auth === undefined) return [];
  const results: ReferenceVerification[] = [];
  for (const { service, store, table, column, refersTo, by } of crossServiceReferences) {
    const client = clients.get(service);
    if (client === undefined || store !== 'postgresql' || refersTo !== 'auth.user' || by !== undefined)
      continue;
    results.push({ service, table, column, ...(await compareIds(client, auth, table, column)) });
  }
  return results;
}

async function compareIds(client: Client, auth: Client, table: string, column: string) {
  let ids = 0;
  let dangling = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await client.query<{ id: string }>(
      `SELECT DISTINCT ${quoted(column)} AS id FROM ${quoted(table)} WHERE ${quoted(column)} > $1 ORDER BY 1 LIMIT ${PAGE}`,
      [after],
    );
    if (rows.length === 0) return { ids, dangling };
    after = rows.at(-1)?.id ?? after;
    ids += rows.length;
    const { rows: missing } = await auth.query(
      `SELECT count(*) AS count FROM unnest($1::uuid[]) AS g(id) WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = g.id)`,
      [rows.map(({ id }) => id)],
    );
    dangling += Number(missing[0].count);
  }
}
