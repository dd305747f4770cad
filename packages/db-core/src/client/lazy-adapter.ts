import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { PoolClient } from 'pg';
import { redactUrl } from '../connection-url/redact.js';
import { ClientDrainedError, MissingDatabaseUrlError } from '../errors/connection-errors.js';
import { type ConnectionSettings, connectionSettings } from './connection-settings.js';
import type { DatabaseDefinition } from './database.js';
import { healingAdapter } from './healing-transaction.js';
import { ServicePool } from './service-pool.js';
import type { Session } from './session.js';
import { statementNames } from './statement-names.js';

/**
 * Driver adapter that opens nothing before the first query, and complains about a missing or wrong URL only then:
 * services build their client at module scope, where test tools load it without any environment.
 *
 * Client and hand-written SQL share its one pool, so that the size of the pool is the number of connections.
 */
export interface LazyAdapter extends SqlDriverAdapterFactory {
  pool(): ServicePool;
  settings(): ConnectionSettings;
  /** Hosts, ports and database, for people. */
  target(): string;
  /** How many queries and transactions have a connection or wait for one. */
  atWork(): number;
  /** From now on no connection is to be had, and who has one loses it. Gives how many that are. */
  shut(): number;
  /** Ends the connections. Prisma does so only if it has sent a query itself. */
  end(): Promise<void>;
}

export function lazyAdapter(database: DatabaseDefinition, options: { url?: string } = {}): LazyAdapter {
  const url = options.url ?? database.urlVariables.map((name) => process.env[name]).find((value) => value);
  const busy = new Set<PoolClient>();
  let settings: ConnectionSettings | undefined;
  let pool: ServicePool | undefined;
  let isShut = false;

  const lazy: LazyAdapter = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    settings() {
      if (isShut) throw new ClientDrainedError();
      if (url === undefined) throw new MissingDatabaseUrlError(database.urlVariables, ', or pass { url }');
      settings ??= connectionSettings(url, `codezest-${database.service}@${database.version}`);
      return settings;
    },
    target: () => redactUrl(url ?? ''),
    pool() {
      // A pool that was ended by $disconnect cannot be used again; Prisma reconnects by asking for an adapter anew.
      if (pool === undefined || pool.ended || pool.ending) {
        pool = new ServicePool(lazy.settings().pool);
        // An idle connection that breaks raises `error` on the pool; without a listener that ends the process.
        pool.on('error', () => {});
        pool.on('acquire', (connection) => {
          busy.add(connection);
          // It was being opened when the client was shut.
          if (isShut) (connection as PoolClient & Session).cut();
        });
        pool.on('release', (_error, connection) => busy.delete(connection));
      }
      return pool;
    },
    atWork() {
      return pool?.atWork ?? 0;
    },
    shut() {
      isShut = true;
      const cut = lazy.atWork();
      if (pool !== undefined) pool.isShut = true;
      for (const connection of busy) (connection as PoolClient & Session).cut();
      return cut;
    },
    async end() {
      if (pool !== undefined && !pool.ended && !pool.ending) await pool.end();
    },
    async connect() {
      const { pooler } = lazy.settings().servers;
      const { sessions } = lazy.pool();
      const nameOf = statementNames();
      const adapter = new PrismaPg(lazy.pool(), {
        disposeExternalPool: true,
        ...(pooler ? {} : { statementNameGenerator: (query) => (sessions.named ? nameOf(query) : '') }),
      });
      return healingAdapter(await adapter.connect(), sessions);
    },
  };
  return lazy;
}
