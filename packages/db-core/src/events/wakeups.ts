import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectionSettings } from '../client/connection-settings.js';
import { openSession, type Session } from '../client/session.js';

/** Tells when there is something to do. */
export interface Wakeups {
  /** For one who waits; each has its own. */
  waiter(): Waiter;
  end(): Promise<void>;
}

export interface Waiter {
  /** Comes back at the next notification, at once where one has come since the last call, or after so many milliseconds. */
  next(milliseconds: number): Promise<void>;
}

/**
 * Listens on a connection of its own, which is opened again whenever it breaks. A notification is a hint: whoever waits looks
 * again after a while too, because one that is sent while nobody listens is lost, and poolers deliver none.
 */
export function wakeups(url: string, channel: string, applicationName: string): Wakeups {
  const ended = new AbortController();
  let session: Session | undefined;
  const waiting = new Set<() => void>();
  const notify = (): void => {
    for (const wake of waiting) wake();
  };

  const listen = async (): Promise<void> => {
    session = await openSession(connectionSettings(url, applicationName).session);
    const closed = once(session, 'end');
    try {
      session.on('notification', notify);
      await session.query(`LISTEN ${channel}`);
      // What was told before this moment went unheard.
      notify();
      if (!ended.signal.aborted) await closed;
    } finally {
      await session.end().catch(() => undefined);
    }
  };
  const listening = (async () => {
    for (let failures = 0; !ended.signal.aborted; ) {
      const began = Date.now();
      await listen().catch(() => undefined);
      failures = Date.now() - began > LONGEST_WAIT_MS ? 0 : failures + 1;
      await pause(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures), ended.signal);
    }
  })();

  return {
    waiter() {
      let isWoken = false;
      let wake = (): void => undefined;
      waiting.add(() => {
        isWoken = true;
        wake();
      });
      return {
        async next(milliseconds) {
          if (!isWoken) {
            const time = new AbortController();
            wake = () => time.abort();
            await pause(milliseconds, AbortSignal.any([time.signal, ended.signal]));
          }
          isWoken = false;
        },
      };
    },
    async end() {
      ended.abort();
      await session?.end().catch(() => undefined);
      await listening;
    },
  };
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/** Ends early, and quietly, where the signal says so. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
