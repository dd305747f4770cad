import { type HttpAnswer, type HttpStatuses, httpAnswer } from '@codezest/db-core';

/** Codes of this package whose ending does not say the status. */
const statuses: HttpStatuses = {
  ACCOUNT_UNAVAILABLE: 403,
  LAST_WAY_IN: 409,
  OAUTH_ACCOUNT_AMBIGUOUS: 400,
  SESSION_INVALID: 401,
  TWO_FACTOR_ENABLED: 409,
  TWO_FACTOR_REPLACED: 409,
  // The service has hashed, counted or configured wrongly; the sender can do nothing about it.
  BATCH_INVALID: 500,
  PASSWORD_HASH_INVALID: 500,
  PASSWORD_REHASH_MISSING: 500,
  TWO_FACTOR_STEP_INVALID: 500,
};

/**
 * What to answer a request whose work failed: a status, a code and a text that may be shown, for every error that this
 * package, Prisma or the database raises, and 500 for all others. The README lists the codes by status.
 *
 * @example response.status(httpAnswerOf(error).status).json(httpAnswerOf(error));
 */
export function httpAnswerOf(error: unknown): HttpAnswer {
  return httpAnswer(error, statuses);
}
