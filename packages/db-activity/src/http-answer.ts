import { type HttpAnswer, type HttpStatuses, httpAnswer } from '@codezest/db-core';

/** Codes of this package whose ending does not say the status. */
const statuses: HttpStatuses = {
  EVENT_REFUSED: 422,
  INPUT_UNSAFE: 400,
  MONGODB_INDEX_CONFLICT: 500,
  MONGODB_NOT_APPLIED: 500,
  MONGODB_REFUSED: 500,
  MONGODB_SPEC_CHANGED: 500,
  MONGODB_SPEC_OLDER: 500,
  MONGODB_SYNC_LOCKED: 503,
  MONGODB_UNREACHABLE: 503,
  MONGODB_URL_INVALID: 500,
  MONGODB_WRITE_OUTCOME_UNKNOWN: 503,
  POINTS_NOT_AWARDED: 404,
  RETENTION_TOO_SHORT: 400,
  WRITER_CLOSED: 503,
  WRITER_FULL: 503,
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
