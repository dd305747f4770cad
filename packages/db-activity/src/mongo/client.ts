import { lazyClient } from '@codezest/db-core';
import {
  type Collection,
  type Db,
  MongoClient,
  type MongoClientOptions,
  ReadConcern,
  WriteConcern,
} from 'mongodb';
import { name, version } from '../../package.json';
import type { ActivityLog } from './activity-logs.js';
import { activityLogs } from './activity-logs.js';
import type { AnalyticsEventDocument } from './analytics-events.js';
import { analyticsEvents } from './analytics-events.js';
import {
  type Asked,
  InvalidMongoUrlError,
  MissingMongoUrlError,
  mongoUrlVariable,
  translated,
} from './errors.js';

export interface ActivityMongoOptions {
  /** Default: ACTIVITY_MONGODB_URL, read at the first use. */
  readonly url?: string;
  /** Default: the one in the URL's path. */
  readonly database?: string;
  /** A client of your own; it stays yours to close. Needs `database`. Leave its `retryWrites` on. */
  readonly client?: MongoClient;
  /** What the driver takes. Parameters of the URL win over our defaults, and these win over both. */
  readonly clientOptions?: MongoClientOptions;
}

/** The activity database in MongoDB. Connects at its first use; every function of this subpath takes one. */
export interface ActivityMongo {
  /** Host and database, without user and password. */
  readonly target: string;
  /**
   * The connected database. Callers that come while the first connects share that attempt; a failed one is forgotten, so
   * the next call tries again.
   *
   * @throws {MissingMongoUrlError} {@link InvalidMongoUrlError} {@link MongoUnreachableError}
   */
  database(): Promise<Db>;
  /** Ends the connections. Using it again connects again. */
  close(): Promise<void>;
}

/** Acknowledged by the majority and in its journals: what the inbox then calls processed survives any one server. */
export const writeConcern = new WriteConcern('majority', 5_000, true);

/** Each bounds what a caller waits for. The URL may say otherwise, under the same names. */
const defaults: MongoClientOptions = {
  appName: `${name}@${version}`,
  maxPoolSize: 10,
  minPoolSize: 0,
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 3_000,
  socketTimeoutMS: 20_000,
};

export function createMongo(options: ActivityMongoOptions = {}): ActivityMongo {
  let opening: Promise<{ client: MongoClient; database: Db }> | undefined;

  const open = async (): Promise<{ client: MongoClient; database: Db }> => {
    const client = options.client ?? newClient(urlOf(options), options.clientOptions);
    const databaseName = options.database ?? databaseOf(options.client ? '' : urlOf(options));
    if (!databaseName) throw new MissingMongoUrlError('database');
    try {
      await client.connect();
    } catch (error) {
      if (client !== options.client) await client.close();
      throw error;
    }
    // On the database, not on the client alone: an injected client may have been made with less.
    const database = client.db(databaseName, { writeConcern, readConcern: new ReadConcern('majority') });
    return { client, database };
  };

  return {
    get target() {
      return targetOf(options);
    },
    async database() {
      opening ??= open();
      const attempt = opening;
      try {
        return (await attempt).database;
      } catch (error) {
        if (opening === attempt) opening = undefined;
        throw translated(error, targetOf(options));
      }
    },
    async close() {
      const attempt = opening;
      opening = undefined;
      const opened = await attempt?.catch(() => undefined);
      if (opened && opened.client !== options.client) await opened.client.close();
    },
  };
}

/** The process's own, by ACTIVITY_MONGODB_URL. Survives hot reload. */
export const mongo: ActivityMongo = lazyClient(`${name}/mongo`, () => createMongo());

/** The typed collections, for queries that this package has no function for. */
export async function collectionsOf(from: ActivityMongo): Promise<{
  activityLogs: Collection<ActivityLog>;
  analyticsEvents: Collection<AnalyticsEventDocument>;
}> {
  const database = await from.database();
  return {
    activityLogs: database.collection<ActivityLog>(activityLogs.name),
    analyticsEvents: database.collection<AnalyticsEventDocument>(analyticsEvents.name),
  };
}

/** Runs work on the database and translates what the driver throws. */
export async function onDatabase<Result>(
  from: ActivityMongo,
  asked: Asked,
  work: (database: Db) => Promise<Result>,
): Promise<Result> {
  const database = await from.database();
  try {
    return await work(database);
  } catch (error) {
    throw translated(error, from.target, asked);
  }
}

function urlOf({ url = process.env[mongoUrlVariable] }: ActivityMongoOptions): string {
  if (!url) throw new MissingMongoUrlError('URL');
  return url;
}

function newClient(url: string, clientOptions: MongoClientOptions = {}): MongoClient {
  const inUrl = new Set([...new URLSearchParams(url.split('?')[1])].map(([key]) => key.toLowerCase()));
  const ours = Object.fromEntries(Object.entries(defaults).filter(([key]) => !inUrl.has(key.toLowerCase())));
  try {
    return new MongoClient(url, { ...ours, ...clientOptions, retryWrites: true, writeConcern });
  } catch (cause) {
    throw new InvalidMongoUrlError({ cause });
  }
}

// `new URL` refuses the host lists of replica sets. Up to the last @ before the options, so that a password whose signs
// should have been percent-encoded is not taken for a host and printed.
const urlParts = /^mongodb(?:\+srv)?:\/\/(?:(?:(?!\?\w+=).)*@)?([^/?@]*)(?:\/([^?@]*))?/;

function databaseOf(url: string): string {
  return decodeURIComponent(urlParts.exec(url)?.[2] ?? '');
}

function targetOf(options: ActivityMongoOptions): string {
  const { client, database } = options;
  const url = client ? '' : (options.url ?? process.env[mongoUrlVariable] ?? '');
  const hosts = client ? client.options.hosts.map(String).join(',') : (urlParts.exec(url)?.[1] ?? '(no URL)');
  const databaseName = database ?? databaseOf(url);
  return databaseName ? `${hosts}/${databaseName}` : hosts;
}
