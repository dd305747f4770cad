import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { CodezestDbError } from '../errors/base-error.js';
import { processWide } from '../process-wide.js';
import { type FailureClass, failureClass } from './failure-class.js';

export interface RetryEvent {
  /** The try that failed, from 1. */
  readonly attempt: number;
  readonly failure: FailureClass;
  readonly delayMs: number;
}

export interface RetryOptions {
  /** Doing it twice is the same as once: then what may or may not have been applied is done again. Default false. */
  readonly idempotent?: boolean;
  /** Default 5. */
  readonly attempts?: number;
  /** No new try begins later than this after the first. Default 5000. */
  readonly totalMs?: number;
  readonly signal?: AbortSignal;
  readonly onRetry?: (event: RetryEvent) => void;
  readonly clock?: RetryClock;
}

/** Time and chance as parameters, so that tests decide both. */
export interface RetryClock {
  now(): number;
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<unknown>;
  /** In [0, 1). */
  random(): number;
}

/** A retry began within the work of another one: the outer one could not undo what the inner one repeats. */
export class NestedRetryError extends CodezestDbError {
  constructor() {
    super(
      'RETRY_NESTED',
      'A retry began inside a transaction or another retry. Retry the outermost work alone.',
    );
  }
}

/**
 * Runs `work` again when it failed for a reason that passes: collisions, locks, a database that is not there yet; a lost
 * connection only with `idempotent`, because the last statement may have been applied. The waits are random below a
 * doubling bound, so that those who collided do not meet again. Any other error is thrown at once, as it is.
 *
 * `work` may run several times: no effect outside the database belongs into it.
 */
export async function withRetry<Result>(
  work: () => Promise<Result>,
  options: RetryOptions = {},
): Promise<Result> {
  const appliedPerhaps = options.idempotent === true;
  return retrying(work, options, (failure) => {
    if (failure === 'connection-lost' || failure === 'expired') return appliedPerhaps;
    return NOT_APPLIED.has(failure);
  });
}

/** Classes that say: nothing was applied, and the same again may succeed. */
const NOT_APPLIED = new Set<FailureClass>(['conflict', 'lock', 'unavailable', 'stale-session', 'read-only']);

/** Timers and listeners that the work leaves behind inherit its scope: the scope itself knows whether it is over. */
const scopes = processWide('retry-scopes', () => new AsyncLocalStorage<{ over: boolean }>());

/** The loop. `mayRetry` judges a failure where it is known how far the work had come. */
export async function retrying<Result>(
  work: () => Promise<Result>,
  { attempts = 5, totalMs = 5_000, signal, onRetry, clock = systemClock }: RetryOptions,
  mayRetry: (failure: FailureClass) => boolean,
): Promise<Result> {
  if (scopes.getStore()?.over === false) throw new NestedRetryError();
  const deadline = clock.now() + totalMs;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const scope = { over: false };
    try {
      return await scopes.run(scope, work).finally(() => {
        scope.over = true;
      });
    } catch (error) {
      const failure = failureClass(error);
      const delayMs = clock.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
      const inTime = attempt < attempts && clock.now() + delayMs <= deadline;
      if (!inTime || signal?.aborted || !mayRetry(failure)) throw error;
      onRetry?.({ attempt, failure, delayMs });
      await clock.sleep(delayMs, signal);
    }
  }
}

const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 1_000;

const systemClock: RetryClock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
  random: Math.random,
};
