import { type HttpAnswer, type HttpStatuses, httpAnswer } from '@codezest/db-core';

/** Codes of this package whose ending does not say the status. */
const statuses: HttpStatuses = {
  BROADCAST_ENDED: 409,
  DELIVERY_CLAIM_LOST: 409,
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
