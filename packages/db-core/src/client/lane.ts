import type { AsyncResource } from 'node:async_hooks';
import { DatabaseError, type PoolClient, type QueryConfig, type QueryResult } from 'pg';
import { stalenessOf } from '../errors/staleness.js';
import { isReadTimeout } from './failure-names.js';
import type { Session } from './session.js';

/** What the lanes need of the pool whose connections they use. */
export interface LanePool {
  /** False once nothing that was lost is to be asked again. */
  readonly isOpen: boolean;
  /** Whether a connection can be had at once. */
  readonly hasRoom: boolean;
  /** Whether somebody waits for a connection. */
  readonly isCrowded: boolean;
  /** How long the answer to a statement is waited for, in milliseconds. */
  readonly patience: number;
  take(taken: (error: Error | undefined, session: (PoolClient & Session) | undefined) => void): void;
  /** Runs a statement on a connection that has nothing else to do. */
  alone(query: QueryConfig): Promise<QueryResult>;
}

/** A lane sends until so many statements are on their way, and again once half of them are answered. */
const MOST_SENT = 16;
/** Beyond this a lane takes no more, and another session is worth opening. */
const MOST_LOAD = 128;
/** A session that has given no answer for so long, and for so many of its usual pauses, is passed by. */
export const STUCK_MS = 10;
/** Where all answers are slow to come, as on a busy machine, asking again elsewhere makes them slower. */
const STUCK_PAUSES = 8;
/** Afterwards a session goes back to the pool, which replaces old ones and gives them to whoever waits. */
const TURN_MS = 1_000;

/** A statement that somebody waits for. */
export interface Read {
  readonly query: QueryConfig;
  /** The caller's async context: whoever sends the statement sends it there, because a tracer looks there for its parent. */
  readonly caller: AsyncResource;
  readonly since: number;
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (error: unknown) => void;
  /** The lane that it was given to last; those before may still answer it. */
  lane?: Lane;
  /** On how many lanes it is. */
  copies: number;
  over: boolean;
}

/** Statements on their way through one session of the pool, from the first to a moment without any. */
export class Lane {
  readonly #pool: LanePool;
  readonly #closed: () => void;
  /** In the order in which the server will answer. */
  readonly #sent: Read[] = [];
  readonly #waiting: Read[] = [];
  #session: (PoolClient & Session) | undefined;
  #isOver = false;
  #isBroken = false;
  #isCorked = false;
  #isSending = false;
  #openedAt = 0;
  #movedAt = 0;
  /** The usual time between two answers, in milliseconds. */
  #pause = 0;

  constructor(pool: LanePool, closed: () => void) {
    this.#pool = pool;
    this.#closed = closed;
  }

  get load(): number {
    return this.#sent.length + this.#waiting.length;
  }

  get reads(): number {
    return [...this.#sent, ...this.#waiting].filter((read) => this.#has(read)).length;
  }

  takes(now: number): boolean {
    if (this.#isOver || this.#isBroken || this.load >= MOST_LOAD) return false;
    if (this.#session === undefined) return true;
    const { isOpen, isCrowded } = this.#pool;
    const isFresh = now - this.#openedAt < TURN_MS && !this.#session.outdated;
    return isOpen && !isCrowded && isFresh && !this.isStuck(now);
  }

  isStuck(now: number): boolean {
    return this.#sent.length > 0 && now - this.#movedAt > STUCK_MS + STUCK_PAUSES * this.#pause;
  }

  /** What stands behind the first statement; it may still be answered here. */
  heldUp(): Read[] {
    return [...this.#sent.slice(1), ...this.#waiting].filter((read) => this.#has(read));
  }

  add(read: Read): void {
    read.lane = this;
    read.copies += 1;
    this.#waiting.push(read);
    if (this.#session !== undefined) this.#send(this.#session);
    else if (this.load === 1) this.#pool.take((error, session) => this.#opened(error, session));
  }

  #has(read: Read): boolean {
    return read.lane === this && !read.over;
  }

  #opened(error: Error | undefined, session: (PoolClient & Session) | undefined): void {
    if (session === undefined) {
      this.#isOver = true;
      this.#closed();
      for (const read of this.#waiting.splice(0)) this.#fail(read, error);
      return;
    }
    this.#session = session;
    this.#openedAt = performance.now();
    session.pipeline = true;
    session.on('error', this.#break);
    this.#send(session);
    this.#closeIfDone();
  }

  readonly #break = () => {
    this.#isBroken = true;
  };

  /** In pieces: what is sent while the server has enough to do comes no sooner and costs a system call. */
  #send(session: PoolClient & Session): void {
    // pg calls back at once where it cannot write a value. What is sent from there gets another one's answer.
    if (this.#isSending || this.#waiting.length === 0 || this.#sent.length > MOST_SENT / 2) return;
    const now = performance.now();
    if (this.#sent.length === 0) this.#movedAt = now;
    this.#isSending = true;
    this.#cork(session);
    while (this.#sent.length < MOST_SENT) {
      const read = this.#waiting.shift();
      if (read === undefined) break;
      if (read.over) continue;
      this.#sent.push(read);
      const query = { ...read.query, query_timeout: Math.max(1, read.since + this.#pool.patience - now) };
      read.caller.runInAsyncScope(() =>
        session.query(query, (error: Error | null, result: QueryResult) =>
          this.#answered(read, error, result),
        ),
      );
    }
    this.#isSending = false;
  }

  /** What is sent in one turn of the loop goes out as one piece. */
  #cork({ connection: { stream } }: Session): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    stream.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      stream.uncork();
    });
  }

  #answered(read: Read, error: Error | null, result: QueryResult): void {
    const place = this.#sent.indexOf(read);
    // And calls back once more where it could not write a value.
    if (place === -1) return;
    this.#sent.splice(place, 1);
    const now = performance.now();
    // One slow statement says little about the next.
    this.#pause += (Math.min(now - this.#movedAt, STUCK_MS) - this.#pause) / 8;
    this.#movedAt = now;
    if (error !== null && error !== undefined) {
      this.#isBroken ||= isReadTimeout(error);
      this.#fail(read, error);
    } else if (!read.over) {
      read.over = true;
      read.resolve(result);
    }
    if (this.#session !== undefined) this.#send(this.#session);
    if (this.load === 0) setImmediate(() => this.#closeIfDone());
  }

  /** Another lane may have the answer yet; what was lost with its session, or met one that is too old, is asked again. */
  #fail(read: Read, error: unknown): void {
    read.copies -= 1;
    const wasLost = !wasAnswered(error);
    if (read.over || (wasLost && read.copies > 0)) return;
    read.over = true;
    const left = read.since + this.#pool.patience - performance.now();
    const isStale = stalenessOf(error) !== undefined;
    const isWorthwhile = isStale || (wasLost && this.#session !== undefined);
    if (!isWorthwhile || left <= 0 || !this.#pool.isOpen) {
      read.reject(error);
      return;
    }
    const query = { ...read.query, ...(isStale ? { name: undefined } : {}), query_timeout: left };
    read.caller.runInAsyncScope(() => this.#pool.alone(query)).then(read.resolve, read.reject);
  }

  #closeIfDone(): void {
    const session = this.#session;
    if (session === undefined || this.load > 0) return;
    this.#session = undefined;
    this.#isOver = true;
    this.#closed();
    session.removeListener('error', this.#break);
    session.pipeline = false;
    session.release(this.#isBroken);
  }
}

/** Answered, or given up. Any other failure is one of the session and says nothing about the statement. */
function wasAnswered(error: unknown): boolean {
  return (error instanceof DatabaseError && error.severity === 'ERROR') || isReadTimeout(error);
}
