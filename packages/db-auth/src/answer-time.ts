import { setTimeout as sleep } from 'node:timers/promises';

/** When a question about an address is answered, whoever has it. */
export const ANSWER_AFTER_MS = 100;

/** For what is asked about an address by who has proven nothing. */
export interface AnsweredLater {
  /**
   * The answer comes this many milliseconds after the question at the earliest: 100. An account's rows take longer to write
   * than nobody's, which a clock would tell. A transaction of yours is held for so long; with 0 the clock tells.
   */
  readonly answerAfterMs?: number;
}

/** Waits until the time has passed since what began `ageMs` before `now`, of `performance.now()`. */
export async function answeredSince(milliseconds: number, ageMs: number, now: number): Promise<void> {
  const rest = milliseconds - ageMs - (performance.now() - now);
  if (rest > 0) await sleep(rest);
}

/** The work's result or error, not before the time has passed. */
export async function answeredAfter<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  const [settled] = await Promise.allSettled([work, sleep(milliseconds)]);
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
