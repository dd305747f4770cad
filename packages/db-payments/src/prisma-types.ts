// What the bracketed names in the comments of the Prisma schema stand for.
import type * as ids from '@codezest/db-types';
import type * as json from './json-types.js';

declare global {
  namespace DbPayments {
    type ErasedRows = ids.ErasedRows;
    type ReceivedPayload = ids.JsonObject;
    type EventId = ids.EventId;
    type EventPayload = Record<string, ids.JsonValue>;
    type LeaseId = string;
    type Service = ids.Service;
    type UserId = ids.UserId;
    type SubscriptionId = ids.SubscriptionId;
    type PriceId = ids.PriceId;
    type InvoiceId = ids.InvoiceId;
    type InvoiceLineId = ids.InvoiceLineId;
    type InvoiceTaxId = ids.InvoiceTaxId;
    type PaymentMethodId = ids.PaymentMethodId;
    type TransactionId = ids.TransactionId;
    type RefundId = ids.RefundId;
    type DisputeId = ids.DisputeId;
    type CouponId = ids.CouponId;
    type CouponRedemptionId = ids.CouponRedemptionId;
    type IdempotencyKeyId = ids.IdempotencyKeyId;

    type StripeEventId = json.StripeEventId;
    type SubscriptionMetadata = json.SubscriptionMetadata;
    type InvoiceParty = json.InvoiceParty;
    type PaymentMeans = json.PaymentMeans;
    type IdempotentResponse = json.IdempotentResponse;
  }
}
