import type { QueryConfig, QueryResult } from 'pg';
import { callersContext } from './callers-context.js';
import { Lane, type LanePool, type Read, STUCK_MS } from './lane.js';

/** Three sessions keep a client of one thread busy; more of them gain nothing. */
const LANES = 3;

/**
 * Sends statements that only read through a few sessions, the next one before the last one is answered. Each then costs
 * less than a connection of its own would: one system call and one wake-up of the server serve several.
 *
 * Because a read can be repeated, nobody notices who shares his session. What stands behind a slow statement is sent
 * again in another session, and so is what was on its way when a session broke.
 */
export class ReadLanes {
  readonly #pool: LanePool;
  readonly #lanes = new Set<Lane>();
  #watch: NodeJS.Timeout | undefined;

  constructor(pool: LanePool) {
    this.#pool = pool;
  }

  /** Sessions that the lanes have or wait for. */
  get sessions(): number {
    return this.#lanes.size;
  }

  /** Reads without an answer. */
  get reads(): number {
    let reads = 0;
    for (const lane of this.#lanes) reads += lane.reads;
    return reads;
  }

  run(query: QueryConfig): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const since = performance.now();
      const caller = callersContext();
      const read: Read = { query, caller, since, resolve, reject, copies: 0, over: false };
      (this.#best(since) ?? this.#open()).add(read);
    });
  }

  /** The lane with the least to do; none where another session is worth opening. */
  #best(now: number): Lane | undefined {
    let best: Lane | undefined;
    let open = 0;
    for (const lane of this.#lanes) {
      if (!lane.takes(now)) continue;
      open += 1;
      if (best === undefined || lane.load < best.load) best = lane;
    }
    return best !== undefined && best.load > 0 && open < LANES && this.#pool.hasRoom ? undefined : best;
  }

  #open(): Lane {
    const lane = new Lane(this.#pool, () => this.#lanes.delete(lane));
    this.#lanes.add(lane);
    this.#watch ??= this.#lookSoon();
    return lane;
  }

  /** After what has come meanwhile is read: a process that was busy with other things has been slow itself. */
  #lookSoon(): NodeJS.Timeout {
    return setTimeout(() => setImmediate(() => this.#look()), STUCK_MS);
  }

  /** Takes what stands behind a slow statement to another lane. */
  #look(): void {
    this.#watch = this.#lanes.size === 0 ? undefined : this.#lookSoon();
    const now = performance.now();
    for (const lane of [...this.#lanes]) {
      if (!lane.isStuck(now)) continue;
      for (const read of lane.heldUp()) {
        const other = this.#best(now) ?? (this.#pool.hasRoom ? this.#open() : undefined);
        if (other === undefined) return;
        other.add(read);
      }
    }
  }
}
