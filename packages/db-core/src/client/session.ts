import { Client, type ClientConfig, DatabaseError } from 'pg';
import type { Host } from '../connection-url/database-url.js';
import { SERVER_ROLE, type ServerRole } from '../connection-url/target-session.js';
import { UndeclaredPoolerError, UnsuitableServerError } from '../errors/connection-errors.js';
import { staleness } from '../errors/staleness.js';
import { ONE_SERVER, type Servers, Sessions } from './sessions.js';

/** What sessions are made with: pg's settings, the servers, and what those of one pool have in common. */
export interface SessionConfig extends ClientConfig {
  servers?: Servers;
  sessions?: Sessions;
}

type Connected = ((error: Error) => void) | ((error: null, client: Client) => void);

/**
 * One connection. It always runs in UTC, is to a server that the URL asks for, and tells its pool when sessions of its
 * age have become unusable.
 */
export class Session extends Client {
  /** pg's switch: whether a statement is sent before the last one is answered. Turned only while nothing is on its way. */
  declare pipeline: boolean;
  readonly #sessions: Sessions | undefined;
  readonly #generation: number;
  readonly #host: Host | undefined;

  constructor(config: SessionConfig = {}) {
    super(config);
    this.#sessions = config.sessions;
    this.#generation = config.sessions?.generation ?? 0;
    if (config.sessions !== undefined && config.sessions.servers.hosts.length > 1) {
      this.#host = config.sessions.host;
      Object.assign(this, this.#host);
    }
    // A connection that breaks rejects the query in flight. The event alone would end the process, and pg's pool listens
    // neither while a session is opened nor while it is used.
    this.on('error', () => undefined);
    // Before pg's own listener, which hands the error to the query.
    this.connection.on('errorMessage', (answer: ServerAnswer) => this.#hear(answer));
  }

  /** Whether the server has told a session of this age that it cannot go on. */
  get outdated(): boolean {
    return this.#sessions !== undefined && this.#generation < this.#sessions.generation;
  }

  /** Whether a statement has got no answer yet. */
  get busy(): boolean {
    return (this as unknown as { readyForQuery?: boolean }).readyForQuery !== true;
  }

  /** Closes the socket under a statement that is running, and PostgreSQL rolls back. */
  cut(): void {
    // With it, `end` waits for the answers.
    this.pipeline = false;
    void this.end();
  }

  override connect(): Promise<Client>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<Client> | undefined {
    if (connected === undefined) {
      return new Promise((resolve, reject) => {
        this.connect((error: Error | null) => (error === null ? resolve(this) : reject(error)));
      });
    }
    const done = connected as (error: Error | null, client?: Client) => void;
    super.connect((failure: Error | null) => {
      if (failure !== null && failure !== undefined) {
        if (goesElsewhere(failure)) this.#sessions?.leave(this.#host);
        return done(isUndeclaredPooler(failure) ? new UndeclaredPoolerError({ cause: failure }) : failure);
      }
      this.#judgeServer((misfit) => {
        if (misfit === undefined) return done(null, this);
        this.#sessions?.leave(this.#host);
        this.end(() => done(misfit));
      });
    });
    return undefined;
  }

  /**
   * The time zone as a parameter of its own: it wins over one in `options`, and poolers, which refuse options, take it,
   * because pgjdbc always sends it. `connectionSettings` says what another zone would do. The style of dates likewise: pg
   * reads a date of another style as null, without an error.
   */
  getStartupConf(): Record<string, string> {
    const base = Client.prototype as unknown as { getStartupConf(): Record<string, string> };
    return { ...base.getStartupConf.call(this), TimeZone: 'UTC', DateStyle: 'ISO' };
  }

  #judgeServer(judged: (misfit: Error | undefined) => void): void {
    const sessions = this.#sessions;
    if (sessions === undefined || sessions.servers.target === 'any') {
      judged(undefined);
      return;
    }
    this.query<ServerRole>(`SELECT ${SERVER_ROLE}`, (error: Error | null, result) => {
      const role = result?.rows[0] as ServerRole;
      if (error !== null && error !== undefined) judged(error);
      else if (sessions.accept(role)) judged(undefined);
      else judged(new UnsuitableServerError(sessions.servers.target, role.standby));
    });
  }

  #hear(answer: ServerAnswer): void {
    // The same in every language of the server's.
    if (answer.routine === 'RevalidateCachedQuery') answer.message = CHANGED_PLAN;
    const stale = staleness(answer.code, answer.message);
    if (stale !== undefined && !this.outdated) this.#sessions?.renew(stale);
    if (answer.code === '42P05') this.#sessions?.stopNaming();
  }
}

/** A connection of its own, for a command: to the first of the URL's servers that is what it asks for. */
export async function openSession(config: SessionConfig): Promise<Session> {
  const sessions = new Sessions(config.servers ?? ONE_SERVER);
  for (let tries = triesOf(sessions); ; tries -= 1) {
    const session = new Session({ ...config, sessions });
    try {
      await session.connect();
      return session;
    } catch (error) {
      await session.end().catch(() => undefined);
      if (tries <= 1 || !goesElsewhere(error)) throw error;
    }
  }
}

/** How many servers are tried for one connection; once more where `prefer-standby` comes back to a primary. */
export function triesOf({ servers: { hosts, target } }: Sessions): number {
  const count = Math.max(1, hosts.length);
  return target === 'prefer-standby' ? 2 * count : count;
}

/** As libpq: a server that refuses the login ends the search; one that is not there, is starting or does not suit does not. */
export function goesElsewhere(failure: unknown): boolean {
  if (failure instanceof UndeclaredPoolerError) return false;
  // The pool itself, which had no connection to give out.
  if (failure instanceof Error && /when trying to connect|after calling end/.test(failure.message))
    return false;
  return !(failure instanceof DatabaseError) || failure.code === '57P03';
}

/** PgBouncer until 1.19 refuses `options` as a whole, later ones name the parameter in it. */
function isUndeclaredPooler(failure: Error): boolean {
  return /unsupported startup parameter/.test(failure.message);
}

interface ServerAnswer {
  code: string;
  message: string;
  routine?: string;
}

const CHANGED_PLAN = 'cached plan must not change result type';
