import { type PersonalData, type PersonalRows, RECEIVED } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { SubscriptionRunningError } from './payment-errors.js';
import { END, LIVE } from './subscription-version.js';

// The law wants the documents of a payment kept for years (GDPR art. 17(3)(b)); who the person was is not among what it
// wants. So every row stays, and the user's id becomes a random one.

const DOCUMENT = 'What was bought, charged and when: the law wants it kept.';
const KEY = 'A random id or a time that says nothing about the person.';
const PROVIDER = 'An id at the payment provider, who answers for what is stored there.';
const ANOTHER_ID = { user_id: '$2' };

const ofInvoices = 'invoice_id IN (SELECT i.id FROM invoices i WHERE i.user_id = $1)';
const ofTransactions = 'transaction_id IN (SELECT t.id FROM transactions t WHERE t.user_id = $1)';

const rows: PersonalRows[] = [
  // What was told about the person, whether it was delivered or not.
  {
    table: 'outbox',
    where: "payload ->> 'userId' = $1::text",
    onErasure: 'delete',
    // Copies of what the other tables contain.
    exported: false,
  },
  { table: 'outbox_deliveries', onErasure: 'cascade', exported: false },
  {
    table: 'subscriptions',
    onErasure: { ...ANOTHER_ID, stripe_customer_id: 'NULL', metadata: 'NULL' },
    keeps: {
      [KEY]: ['id', 'version', 'created_at', 'updated_at'],
      [DOCUMENT]: [
        'plan',
        'status',
        'started_at',
        'valid_until',
        'current_period_start',
        'current_period_end',
        'trial_ends_at',
        'is_further_trial',
        'billing_anchor',
        'billing_months',
        'billing_time_zone',
        'renewal_claim',
        'renewal_answered',
        'renewal_failures',
        'next_renewal_at',
        'cancel_at_period_end',
        'canceled_at',
        'price_id',
        'quantity',
        'next_plan',
        'next_price_id',
        'next_quantity',
        'next_change_at',
        'next_change_expires_at',
        'pause_collection',
        'paused_at',
        'resumes_at',
      ],
      [PROVIDER]: ['stripe_subscription_id'],
    },
  },
  {
    table: 'invoices',
    // The page at the provider shows name and address.
    onErasure: {
      ...ANOTHER_ID,
      invoice_url: 'NULL',
      buyer: 'NULL',
      note: 'NULL',
      payment_means: 'NULL',
    },
    keeps: {
      [KEY]: ['id', 'subscription_id', 'credited_invoice_id', 'credit_key', 'created_at', 'updated_at'],
      [DOCUMENT]: [
        'invoice_number',
        'kind',
        'credited_amount',
        'seller',
        'status',
        'reason',
        'currency',
        'subtotal',
        'discount',
        'tax',
        'total',
        'lines_amount',
        'amount_paid',
        'attempt_count',
        'paid_out_of_band',
        'tax_included',
        'period_start',
        'period_end',
        'issued_at',
        'due_at',
        'paid_at',
        'voided_at',
      ],
      [PROVIDER]: ['stripe_invoice_id'],
    },
  },
  {
    table: 'transactions',
    onErasure: ANOTHER_ID,
    keeps: {
      [KEY]: [
        'id',
        'subscription_id',
        'invoice_id',
        'payment_method_id',
        'idempotency_key',
        'created_at',
        'updated_at',
      ],
      [DOCUMENT]: [
        'amount',
        'currency',
        'refunded_amount',
        'disputed_amount',
        'status',
        'description',
        'failure_code',
        'failure_message',
        'paid_at',
        'failed_at',
        'refunded_at',
      ],
      [PROVIDER]: ['stripe_payment_intent_id', 'stripe_charge_id'],
    },
  },
  {
    table: 'payment_methods',
    // A card must have the fields of one; what is left describes no card in particular.
    onErasure: {
      ...ANOTHER_ID,
      stripe_payment_method_id: 'NULL',
      last4: "CASE WHEN type = 'CARD' THEN '0000' END",
      paypal_email: 'NULL',
      is_default: 'false',
      detached_at: 'coalesce(detached_at, now())',
    },
    keeps: {
      [KEY]: ['id', 'created_at', 'updated_at'],
      [DOCUMENT]: ['type', 'brand', 'expiry_month', 'expiry_year'],
    },
  },
  {
    table: 'coupon_redemptions',
    onErasure: ANOTHER_ID,
    keeps: {
      [KEY]: ['id', 'coupon_id', 'invoice_id', 'transaction_id', 'created_at'],
      [DOCUMENT]: ['discount_amount', 'currency', 'redeemed_at'],
    },
  },
  {
    table: 'invoice_lines',
    where: ofInvoices,
    onErasure: 'keep',
    keeps: {
      [KEY]: ['id', 'invoice_id', 'created_at', 'updated_at'],
      [DOCUMENT]: [
        'position',
        'description',
        'quantity',
        'unit_code',
        'unit_amount',
        'amount',
        'vat_category',
        'vat_rate',
        'currency',
      ],
    },
  },
  {
    table: 'invoice_taxes',
    where: ofInvoices,
    onErasure: 'keep',
    keeps: {
      [KEY]: ['id', 'invoice_id', 'created_at', 'updated_at'],
      [DOCUMENT]: ['category', 'rate', 'base', 'discount', 'tax', 'exemption_code', 'exemption_reason'],
    },
  },
  {
    table: 'refunds',
    where: ofTransactions,
    onErasure: 'keep',
    keeps: {
      [KEY]: ['id', 'transaction_id', 'idempotency_key', 'created_at', 'updated_at'],
      [DOCUMENT]: ['amount', 'status', 'reason', 'failure_reason'],
      [PROVIDER]: ['stripe_refund_id'],
    },
  },
  {
    table: 'disputes',
    where: ofTransactions,
    onErasure: 'keep',
    keeps: {
      [KEY]: ['id', 'transaction_id', 'created_at', 'updated_at'],
      [DOCUMENT]: ['amount', 'status', 'reason'],
      [PROVIDER]: ['stripe_dispute_id'],
    },
  },
  // Last: the event that says that the person is gone is one of them, and is needed until all else is.
  // What they say of the person is in the tables that they led to.
  { table: 'received_events', where: RECEIVED, onErasure: 'delete', exported: false },
];

/** What the payments database contains about people. */
export const personalData: PersonalData = {
  service: 'payments',
  rows,
  async beforeErasure(client, userIds) {
    const left = await client.$queryRawUnsafe<{ userId: UserId }[]>(
      `WITH ended AS (
         UPDATE subscriptions s SET status = 'CANCELED', valid_until = least(s.valid_until, ${END}),
           canceled_at = coalesce(s.canceled_at, least(s.valid_until, ${END})), version = s.version + 1, updated_at = now()
          WHERE s.user_id = ANY ($1::uuid[]) AND s.status IN ${LIVE} AND s.stripe_subscription_id IS NULL
       )
       SELECT s.user_id AS "userId" FROM subscriptions s
        WHERE s.user_id = ANY ($1::uuid[]) AND s.status IN ${LIVE} AND s.stripe_subscription_id IS NOT NULL`,
      userIds,
    );
    return new Map(left.map(({ userId }) => [userId, new SubscriptionRunningError()]));
  },
  impersonal: {
    coupons: 'Offers to everybody.',
    currencies: 'ISO 4217.',
    erased_users: 'Contains a hash of the id alone.',
    idempotency_keys: 'What a service answered to a request, for some days.',
    invoice_counters: 'A number per year.',
    prices: 'What plans cost.',
    stripe_events: 'Ids and times of what the provider sent.',
    stripe_objects: 'Ids and times of what the provider sent.',
  },
};
