import { serverAnswer } from './facts.js';

/**
 * Why a session cannot do what it could before, though nothing is wrong with the statement: `statement`, its plan or its
 * name is gone; `session`, it was ended while it was idle; `read-only`, its server takes no writes (any more). Each is an
 * answer to a statement that was therefore not applied.
 */
export type Staleness = 'statement' | 'session' | 'read-only';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html; texts where a code says too little. */
const ANSWERS: Readonly<Record<string, readonly (readonly [Staleness, RegExp?])[]>> = {
  '0A000': [
    ['statement', /^cached plan must not change result type/],
    ['read-only', /hot standby/],
  ],
  // The prepared statement is not there: DISCARD or DEALLOCATE, or a pooler that gave the session to somebody else.
  '26000': [['statement']],
  // It is there already: the session was somebody else's.
  '42P05': [['statement']],
  // A function's plan, which PL/pgSQL keeps per session.
  '42804': [['statement', /when preparing the plan/]],
  XX000: [['statement', /^cache lookup failed for/]],
  // idle_session_timeout: it ends a session between two statements only.
  '57P05': [['session']],
  '25006': [['read-only']],
};

export function staleness(sqlState: string | undefined, message: string): Staleness | undefined {
  return ANSWERS[sqlState ?? '']?.find(([, text]) => text === undefined || text.test(message))?.[0];
}

/** The same of an error as it reaches the caller, whichever way it came. */
export function stalenessOf(error: unknown): Staleness | undefined {
  const { sqlState, message } = serverAnswer(error);
  return staleness(sqlState, message);
}

/**
 * Runs the work once more where it failed because a session had become stale: the server has undone what it did, and
 * such sessions have been replaced meanwhile.
 */
export async function onFreshSession<Result>(work: () => PromiseLike<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (stalenessOf(error) === undefined) throw error;
    return await work();
  }
}
