import { type HttpAnswer, type HttpStatuses, httpAnswer } from '@codezest/db-core';

/** Codes of this package whose ending does not say the status. */
const statuses: HttpStatuses = {
  ALREADY_ENROLLED: 409,
  ATTEMPT_NOT_COMPLETED: 409,
  ATTEMPT_NOT_OPEN: 409,
  ATTEMPT_TIME_OVER: 409,
  ATTEMPT_TOO_SOON: 409,
  CERTIFICATE_NOT_RENEWABLE: 409,
  CERTIFICATE_REVOKED: 409,
  CONTENT_NOT_AVAILABLE: 404,
  COURSE_BUSY: 503,
  COURSE_CONFLICT: 409,
  COURSE_FOLDER_NOT_EMPTY: 500,
  EXPIRY_IN_THE_PAST: 400,
  NOT_COMPLETED: 409,
  NOT_ENROLLED: 403,
  OPTION_NOT_OFFERED: 400,
  PREREQUISITES_UNMET: 403,
  QUIZ_NOT_ANSWERABLE: 409,
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
