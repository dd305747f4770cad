import { DatabaseAnswerTimeoutError } from '../errors/connection-errors.js';
import type { Sessions } from './sessions.js';

/** pg gives up on a query with a plain `Error`; a test pins its text against the real driver. */
export function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** A failure of pg's that says what was seen and not what it means, under a name of ours. */
export function named(error: unknown, { servers }: Sessions): unknown {
  return isReadTimeout(error) ? new DatabaseAnswerTimeoutError(servers.pooler) : error;
}
