import { isUniqueViolation } from '@codezest/db-core';
import { StripeIdTakenError } from './payment-errors.js';

const UNIQUE_IDS = [
  'stripeSubscriptionId',
  'stripeInvoiceId',
  'stripeChargeId',
  'stripeRefundId',
  'stripeDisputeId',
  'stripePriceId',
] as const;

/** The same work, whose refusal of an id that another row has already is named. */
export async function refusingTakenStripeId<Row>(work: Promise<Row>): Promise<Row> {
  return work.catch((cause: unknown) => {
    const taken = UNIQUE_IDS.find((field) => isUniqueViolation(cause, field));
    throw taken === undefined ? cause : new StripeIdTakenError(taken, { cause });
  });
}
