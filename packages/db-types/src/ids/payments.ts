// Ids of the rows of db-payments. To add an entity, copy the three lines of another one and change its name;
// keep the PURE mark, without it every bundle carries every parser.
import { type Id, type IsId, idParser, isId, type ParseId } from './id.js';

export type SubscriptionId = Id<'Subscription'>;
export const isSubscriptionId: IsId<'Subscription'> = isId;
export const parseSubscriptionId: ParseId<'Subscription'> = /* @__PURE__ */ idParser('Subscription');

export type PriceId = Id<'Price'>;
export const isPriceId: IsId<'Price'> = isId;
export const parsePriceId: ParseId<'Price'> = /* @__PURE__ */ idParser('Price');

export type TransactionId = Id<'Transaction'>;
export const isTransactionId: IsId<'Transaction'> = isId;
export const parseTransactionId: ParseId<'Transaction'> = /* @__PURE__ */ idParser('Transaction');

export type InvoiceId = Id<'Invoice'>;
export const isInvoiceId: IsId<'Invoice'> = isId;
export const parseInvoiceId: ParseId<'Invoice'> = /* @__PURE__ */ idParser('Invoice');

export type InvoiceTaxId = Id<'InvoiceTax'>;
export const isInvoiceTaxId: IsId<'InvoiceTax'> = isId;
export const parseInvoiceTaxId: ParseId<'InvoiceTax'> = /* @__PURE__ */ idParser('InvoiceTax');

export type InvoiceLineId = Id<'InvoiceLine'>;
export const isInvoiceLineId: IsId<'InvoiceLine'> = isId;
export const parseInvoiceLineId: ParseId<'InvoiceLine'> = /* @__PURE__ */ idParser('InvoiceLine');

export type PaymentMethodId = Id<'PaymentMethod'>;
export const isPaymentMethodId: IsId<'PaymentMethod'> = isId;
export const parsePaymentMethodId: ParseId<'PaymentMethod'> = /* @__PURE__ */ idParser('PaymentMethod');

export type CouponId = Id<'Coupon'>;
export const isCouponId: IsId<'Coupon'> = isId;
export const parseCouponId: ParseId<'Coupon'> = /* @__PURE__ */ idParser('Coupon');

export type CouponRedemptionId = Id<'CouponRedemption'>;
export const isCouponRedemptionId: IsId<'CouponRedemption'> = isId;
export const parseCouponRedemptionId: ParseId<'CouponRedemption'> =
  /* @__PURE__ */ idParser('CouponRedemption');

export type IdempotencyKeyId = Id<'IdempotencyKey'>;
export const isIdempotencyKeyId: IsId<'IdempotencyKey'> = isId;
export const parseIdempotencyKeyId: ParseId<'IdempotencyKey'> = /* @__PURE__ */ idParser('IdempotencyKey');

export type RefundId = Id<'Refund'>;
export const isRefundId: IsId<'Refund'> = isId;
export const parseRefundId: ParseId<'Refund'> = /* @__PURE__ */ idParser('Refund');

export type DisputeId = Id<'Dispute'>;
export const isDisputeId: IsId<'Dispute'> = isId;
export const parseDisputeId: ParseId<'Dispute'> = /* @__PURE__ */ idParser('Dispute');
