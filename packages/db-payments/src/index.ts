import './prisma-types.js';

export {
  deleteReceivedEvents,
  type EventBacklog,
  IllegalTransitionError,
  InvalidEventLimitError,
  InvalidEventRetentionError,
  type Received,
  type ReceiveOptions,
  RecordNotFoundError,
  redriveEvents,
  VersionConflictError,
  WriteConflictError,
} from '@codezest/db-core';

// Prisma's models, enums and the `Prisma` namespace. Our own PrismaClient below takes the place of the generated one.
export * from '../generated/client.js';
export { expectedMigration } from '../generated/expected-migration.js';
export { type BillingCycle, type BillingPeriod, billingPeriodAt } from './billing-cycle.js';
export {
  type Client,
  type ClientOptions,
  connect,
  createClient,
  disconnect,
  drain,
  healthCheck,
  PrismaClient,
  type PrismaClientConstructor,
  prisma,
  readinessCheck,
  type TransactionClient,
} from './client.js';
export * from './coupon-errors.js';
export { type CouponClaim, type RedeemedCoupon, redeemCoupon } from './coupons.js';
export { creditInvoice, type InvoiceCredit } from './credit-notes.js';
export { type DisputedTransaction, type DisputeNews, recordDispute } from './disputes.js';
export { entitlementOf } from './entitlement.js';
export { eraseUser, exportUser } from './erasure.js';
export * from './errors.js';
export * from './events.js';
export { httpAnswerOf } from './http-answer.js';
export {
  answerIdempotencyKey,
  claimIdempotencyKey,
  type IdempotencyAnswer,
  type IdempotencyClaim,
  type IdempotentRequest,
  type IdempotentResult,
  releaseIdempotencyKey,
} from './idempotency.js';
export * from './idempotency-errors.js';
export { includedTax, netAmounts } from './included-tax.js';
export { invoiceDocument } from './invoice-document.js';
export type * from './invoice-document-terms.js';
export { draftInvoice, type NewInvoice, type NewInvoiceLine } from './invoice-drafts.js';
export type { LineVat } from './invoice-taxes.js';
export {
  type InvoiceToIssue,
  issueInvoice,
  markInvoicePaid,
  markInvoiceUncollectible,
  voidInvoice,
} from './invoices.js';
export type * from './json-types.js';
export { type CurrencyUnit, formatAmount, parseAmount, percentageOf } from './money.js';
export { type Pause, pauseSubscription, resumeSubscription } from './pauses.js';
export * from './payment-errors.js';
export { type ChosenPaymentMethod, setDefaultPaymentMethod } from './payment-methods.js';
export type { ChosenCycle, KeptPeriod, PlanChoice, PriceAndQuantity } from './plan-choice.js';
export * from './price-errors.js';
export {
  type NewPrice,
  type PricedPlan,
  type PriceNews,
  type PriceQuestion,
  priceOf,
  recordPrice,
  setPrice,
} from './prices.js';
export { type PeriodPrice, type Proration, prorationLines } from './proration.js';
export { fromProviderAmount, type ProviderAmountOptions, toProviderAmount } from './provider-amounts.js';
export {
  type FailedTransaction,
  failTransaction,
  type Payment,
  submitTransaction,
  succeedTransaction,
} from './provider-news.js';
export { eventBacklog, receiveEvents } from './received-events.js';
export { type RefundedTransaction, type RefundNews, refundTransaction } from './refunds.js';
export {
  type CompletedRenewal,
  claimDueRenewals,
  completeRenewal,
  type DueRenewals,
  type FailedRenewal,
  failRenewal,
  type RenewalClaim,
} from './renewals.js';
export * from './replica.js';
export * from './retry.js';
export { cancelScheduledChange, type PlanToCome, scheduleChange } from './scheduled-changes.js';
export {
  applyStripeEvent,
  applyStripeObject,
  type ReceivedStripeEvent,
  type StripeEventOptions,
  type StripeEventOutcome,
  type StripeObjectReader,
} from './stripe-events.js';
export { recordSubscription } from './subscription-news.js';
export {
  type CancellationDay,
  cancelAt,
  cancelAtPeriodEnd,
  type DueSubscriptions,
  type EndedSubscription,
  endSubscription,
  expireSubscriptions,
  type Renewal,
  renewSubscription,
} from './subscription-periods.js';
export type { SubscriptionVersion } from './subscription-version.js';
export { changePlan, type NewSubscription, subscribe } from './subscriptions.js';
export type { ChangeNews, SubscriptionNews } from './told-subscriptions.js';
export { type NewTransaction, type ProviderIds, recordTransaction } from './transactions.js';
