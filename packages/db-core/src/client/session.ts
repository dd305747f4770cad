import { Client, type ClientConfig } from 'pg';
import { staleness } from '../errors/staleness.js';
import type { Sessions } from './sessions.js';

/** What a pool's sessions are made with: pg's settings, and what they have in common. */
export interface SessionConfig extends ClientConfig {
  sessions?: Sessions;
}

/** One connection of a pool. It always runs in UTC, and tells its pool when sessions of its age have become unusable. */
export class Session extends Client {
  readonly #sessions: Sessions | undefined;
  readonly #generation: number;

  constructor(config: SessionConfig = {}) {
    super(config);
    this.#sessions = config.sessions;
    this.#generation = config.sessions?.generation ?? 0;
    // Before pg's own listener, which hands the error to the query.
    this.connection.on('errorMessage', (answer: ServerAnswer) => this.#hear(answer));
  }

  /** Whether the server has told a session of this age that it cannot go on. */
  get outdated(): boolean {
    return this.#sessions !== undefined && this.#generation < this.#sessions.generation;
  }

  /**
   * The time zone as a parameter of its own: it wins over one in `options`, and poolers, which refuse options, take it,
   * because pgjdbc always sends it. `connectionSettings` says what another zone would do.
   */
  getStartupConf(): Record<string, string> {
    const base = Client.prototype as unknown as { getStartupConf(): Record<string, string> };
    return { ...base.getStartupConf.call(this), TimeZone: 'UTC' };
  }

  #hear(answer: ServerAnswer): void {
    // The same in every language of the server's.
    if (answer.routine === 'RevalidateCachedQuery') answer.message = CHANGED_PLAN;
    const stale = staleness(answer.code, answer.message);
    if (stale !== undefined && !this.outdated) this.#sessions?.renew(stale);
    if (answer.code === '42P05') this.#sessions?.stopNaming();
  }
}

interface ServerAnswer {
  code: string;
  message: string;
  routine?: string;
}

const CHANGED_PLAN = 'cached plan must not change result type';
