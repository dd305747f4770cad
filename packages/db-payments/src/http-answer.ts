import { type HttpAnswer, type HttpStatuses, httpAnswer } from '@codezest/db-core';

/** Codes of this package whose ending does not say the status. */
const statuses: HttpStatuses = {
  CARD_NUMBER_REFUSED: 400,
  CREDIT_EXCEEDS_INVOICE: 409,
  COUPON_ALREADY_REDEEMED: 409,
  COUPON_NOT_REDEEMABLE: 409,
  IDEMPOTENCY_KEY_BUSY: 409,
  IDEMPOTENCY_KEY_REUSED: 422,
  INVOICE_INCOMPLETE: 409,
  INVOICE_NOT_CREDITABLE: 409,
  INVOICE_NOT_DRAFT: 409,
  INVOICE_NOT_PAYABLE: 409,
  PAYMENT_IN_FLIGHT: 409,
  PERIOD_ALREADY_INVOICED: 409,
  PRICE_EXISTS: 409,
  PRICE_NOT_USABLE: 409,
  REFUND_EXCEEDS_PAYMENT: 409,
  SUBSCRIPTION_AT_PROVIDER: 409,
  SUBSCRIPTION_CANCELED: 409,
  SUBSCRIPTION_RUNNING: 409,
  TRIAL_USED: 409,
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
