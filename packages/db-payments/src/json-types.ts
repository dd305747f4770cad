import type { JsonObject } from '@codezest/db-types';

/** A provider's own id of an event. Not a UUID, and the key of its row. */
export type StripeEventId = `evt_${string}`;

/** What support and reports want to know of a subscription, and no rule reads. */
export type SubscriptionMetadata = {
  /** Where it was started. */
  origin?: 'SIGN_UP' | 'CHECKOUT' | 'SUPPORT' | 'IMPORT';
  /** What the user gave as the reason to cancel. */
  cancellationReason?: 'TOO_EXPENSIVE' | 'NOT_USED' | 'MISSING_FEATURE' | 'COURSE_COMPLETED' | 'OTHER';
  /** The offer that the user came by. */
  campaign?: string;
};

/** The answer to a request, as its repetitions get it again. */
export type IdempotentResponse = JsonObject;
