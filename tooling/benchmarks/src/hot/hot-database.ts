import { connectionSettings } from '@codezest/db-core/connection-settings';
import { Client, Pool } from 'pg';
import postgres, { type Sql } from 'postgres';

/** A filled database with a pool for raw `pg`, Drizzle and postgres.js each; ours and Prisma share the client's own. */
export interface HotDatabase<OurClient> {
  readonly client: OurClient;
  readonly pg: Pool;
  readonly drizzle: Pool;
  readonly postgres: Sql;
  readonly server: string;
  /** The next query of each way opens a connection. */
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

interface Created<OurClient> {
  readonly client: OurClient;
  readonly url: string;
  drop(): Promise<void>;
}

export async function hotDatabase<OurClient extends { $disconnect(): Promise<void> }>(
  database: Created<OurClient>,
  filling: readonly string[],
): Promise<HotDatabase<OurClient>> {
  await fill(database.url, filling);
  // As the packages' own pool: its limits cost timers, here and on the server.
  const pool = () => {
    const made = new Pool(connectionSettings(database.url, 'codezest-benchmarks').pool);
    // Dropping the database cuts connections that are still saying goodbye.
    made.on('error', () => undefined);
    return made;
  };
  const [pg, drizzle] = [pool(), pool()];
  let postgresJs = connect(database.url);
  return {
    client: database.client,
    pg,
    drizzle,
    // The same for those who have asked already: each reconnection has another one.
    postgres: new Proxy(postgresJs, { get: (_first, name) => Reflect.get(postgresJs, name) }),
    server: `PostgreSQL ${(await pg.query('SHOW server_version')).rows[0].server_version}`,
    async reconnect() {
      for (const pool of [pg, drizzle]) (await pool.connect()).release(true);
      await database.client.$disconnect();
      await postgresJs.end();
      postgresJs = connect(database.url);
    },
    async close() {
      await Promise.all([pg.end(), drizzle.end(), postgresJs.end()]);
      await database.drop();
    },
  };
}

/** As many connections as `pg` has by default; its statements are prepared by themselves. */
const connect = (url: string): Sql => postgres(url, { max: 10, onnotice: () => {} });

async function fill(url: string, filling: readonly string[]): Promise<void> {
  const connection = new Client({ connectionString: url, options: '-c TimeZone=UTC' });
  await connection.connect();
  try {
    // Rows made by the same rules as any: only the checks that would read other rows for each are left out.
    await connection.query('SET session_replication_role = replica');
    for (const sql of filling) await connection.query(sql);
    // Nothing is left for autovacuum to do while we measure.
    await connection.query('VACUUM ANALYZE');
  } finally {
    await connection.end();
  }
}

/** SQL of the id of row n of a table. */
export const idSql = (n: string): string =>
  `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;

export const nth = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Rows far apart, so that not one page serves them all. */
export function spread(count: number, most: number): number[] {
  return Array.from({ length: count }, (_, index) => 1 + ((index * 7919) % most));
}
