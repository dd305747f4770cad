import {
  DatabaseError,
  Pool,
  type PoolClient,
  type PoolConfig,
  type QueryConfig,
  type QueryResult,
} from 'pg';
import { stalenessOf } from '../errors/staleness.js';
import { callersContext } from './callers-context.js';
import { named } from './failure-names.js';
import { ReadLanes } from './read-lanes.js';
import { goesElsewhere, Session, type SessionConfig, triesOf } from './session.js';
import { ONE_SERVER, Sessions } from './sessions.js';

type Connected = (error: Error | undefined, client: PoolClient | undefined, done: Release) => void;
type Release = (error?: Error | boolean) => void;

/**
 * pg's pool closes the connection of every query that fails, also where a rule has refused a row: each sign-up with a
 * taken address would cost the server a new process and all statements a new plan. Here a connection is closed only
 * where the failure may have left it unusable, or where sessions of its age have become so; and a statement that a
 * session could not run for its age runs again on another.
 */
export class ServicePool extends Pool {
  readonly sessions: Sessions;
  /** Once the client is shut, nothing that was lost is asked again. */
  isShut = false;
  readonly #lanes: ReadLanes;

  constructor(config: PoolConfig & SessionConfig) {
    const sessions = new Sessions(config.servers ?? ONE_SERVER);
    super({ ...config, Client: Session, sessions } as PoolConfig);
    this.sessions = sessions;
    const pool = this;
    this.#lanes = new ReadLanes({
      get hasRoom() {
        return pool.waitingCount === 0 && (pool.idleCount > 0 || pool.totalCount < pool.options.max);
      },
      get isCrowded() {
        return pool.waitingCount > 0;
      },
      get isOpen() {
        return !pool.isShut && !pool.ending;
      },
      patience: config.query_timeout || 2 ** 31 - 1,
      take: (taken) => this.connect((error, client) => taken(error, client as PoolClient & Session)),
      alone: (query) => this.query(query),
    });
  }

  /** Queries and transactions that have a connection or wait for one. */
  get atWork(): number {
    const connections = this.totalCount - this.idleCount + this.waitingCount;
    return connections - this.#lanes.sessions + this.#lanes.reads;
  }

  /** A statement that only reads, outside a transaction. It shares a connection with others, and may be sent twice. */
  async read(query: QueryConfig): Promise<QueryResult> {
    // A pooler may give each statement to another session.
    if (this.sessions.servers.pooler || !this.sessions.named) return await this.query(query);
    try {
      return await this.#lanes.run(query);
    } catch (error) {
      throw named(error, this.sessions);
    }
  }

  override connect(): Promise<PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<PoolClient> | undefined {
    if (connected === undefined) {
      return new Promise((resolve, reject) => {
        // Whoever asks without a callback says by `release` what became of the connection. It waits for its answers, so
        // that one without is stuck.
        this.#take(
          (error, client) => (client === undefined ? reject(error) : resolve(client)),
          (failure, session) => failure ?? session.busy,
        );
      });
    }
    const caller = callersContext();
    this.#take(
      (...given) => caller.runInAsyncScope(connected, undefined, ...given),
      (failure) => (wasRefused(failure) ? false : failure),
    );
    return undefined;
  }

  /** A statement outside a transaction. Runs once more, unnamed, where a session had to be given up for it. */
  // biome-ignore lint/suspicious/noExplicitAny: pg's overloads, which are not ours to repeat.
  override query(...given: any[]): any {
    const [config] = given as [QueryConfig];
    if (given.length > 1 || typeof config !== 'object' || !('text' in config)) {
      return super.query(...(given as [QueryConfig]));
    }
    const query = this.sessions.named ? config : { ...config, name: undefined };
    return super.query(query).catch((error: unknown): Promise<QueryResult> => {
      if (stalenessOf(error) === undefined) throw named(error, this.sessions);
      return super.query({ ...config, name: undefined });
    });
  }

  #take(
    connected: Connected,
    brokenBy: (failure: Error | boolean | undefined, session: Session) => Error | boolean | undefined,
    tries = triesOf(this.sessions),
  ): void {
    super.connect((error, client, done) => {
      if (client === undefined) {
        if (tries > 1 && goesElsewhere(error)) return this.#take(connected, brokenBy, tries - 1);
        return connected(error, client, done);
      }
      const session = client as PoolClient & Session;
      const release: Release = client.release;
      if (session.outdated) {
        release(true);
        return this.#take(connected, brokenBy, tries);
      }
      client.release = (failure) => release(brokenBy(failure, session) || session.outdated);
      connected(error, client, client.release);
    });
  }
}

/** The server has answered and waits for the next statement. After FATAL it has hung up. */
function wasRefused(failure: Error | boolean | undefined): boolean {
  return failure instanceof DatabaseError && failure.severity === 'ERROR';
}
