import type { Host } from '../connection-url/database-url.js';
import { type ServerRole, suits, type TargetSessionAttrs } from '../connection-url/target-session.js';
import type { Staleness } from '../errors/staleness.js';

/** A server that takes no writes may do so for minutes: not each of them is worth new connections. */
const RENEW_READ_ONLY_EVERY_MS = 200;

/** Where a URL leads. */
export interface Servers {
  readonly hosts: readonly Host[];
  readonly target: TargetSessionAttrs;
  /** Behind a pooler in transaction mode, which refuses startup options and loses prepared statements. */
  readonly pooler: boolean;
}

/** One server, which pg finds by itself. */
export const ONE_SERVER: Servers = { hosts: [], target: 'any', pooler: false };

/** What the sessions of one pool have in common: their age, their server, and whether their statements have names. */
export class Sessions {
  readonly servers: Servers;
  #generation = 0;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #named = true;
  #at = 0;
  /** Servers that did not suit since the last one that did. */
  #misses = 0;

  constructor(servers: Servers) {
    this.servers = servers;
  }

  /** Sessions of an earlier generation are used no more. */
  get generation(): number {
    return this.#generation;
  }

  /** False once the server has shown that another client's statements are in our sessions: a pooler hands them around. */
  get named(): boolean {
    return this.#named;
  }

  /** Where the next session is opened: the server that suited last. */
  get host(): Host | undefined {
    return this.servers.hosts[this.#at];
  }

  /** Replaces all sessions: what one of them cannot do any more, those of its age cannot either. */
  renew(reason: Staleness): void {
    const now = performance.now();
    if (reason === 'read-only' && now - this.#renewedAt < RENEW_READ_ONLY_EVERY_MS) return;
    this.#generation += 1;
    this.#renewedAt = now;
    if (reason === 'read-only') this.leave(this.host);
  }

  stopNaming(): void {
    this.#named = false;
  }

  /** Whether a server is what the URL asks for. `prefer-standby` takes any after one round without a standby. */
  accept(role: ServerRole): boolean {
    const { hosts, target } = this.servers;
    const suited =
      suits(target, role) || (target === 'prefer-standby' && this.#misses >= Math.max(1, hosts.length - 1));
    this.#misses = suited ? 0 : this.#misses + 1;
    return suited;
  }

  /** The next session is opened elsewhere, unless another one has moved on already. */
  leave(host: Host | undefined): void {
    if (host !== undefined && host === this.host) this.#at = (this.#at + 1) % this.servers.hosts.length;
  }
}
