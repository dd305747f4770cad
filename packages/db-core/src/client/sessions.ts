import type { Staleness } from '../errors/staleness.js';

/** A server that takes no writes may do so for minutes: not each of them is worth new connections. */
const RENEW_READ_ONLY_EVERY_MS = 200;

/** What the sessions of one pool have in common. */
export class Sessions {
  #generation = 0;
  #renewedAt = 0;
  #named = true;

  /** Sessions of an earlier generation are used no more. */
  get generation(): number {
    return this.#generation;
  }

  /** False once the server has shown that another client's statements are in our sessions: a pooler hands them around. */
  get named(): boolean {
    return this.#named;
  }

  /** Replaces all sessions: what one of them cannot do any more, those of its age cannot either. */
  renew(reason: Staleness): void {
    const now = performance.now();
    if (reason === 'read-only' && now - this.#renewedAt < RENEW_READ_ONLY_EVERY_MS) return;
    this.#generation += 1;
    this.#renewedAt = now;
  }

  stopNaming(): void {
    this.#named = false;
  }
}
