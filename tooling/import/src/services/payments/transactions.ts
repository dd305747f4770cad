import { derivedUuid } from '../../engine/ids.js';
import type { Context, Rows, Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { later } from '../../values/times.js';
import { Values } from '../../values/values.js';

const FROM = 'payments.transactions';

/** A payment that was given back is one that has come in, and a refund of all of it; the database makes REFUNDED of them. */
export const transactions: Step = {
  name: 'transactions',
  from: FROM,
  facts: {
    method: `SELECT p."id" FROM "payments.payment_methods" p WHERE p."userId" = t."userId"
      AND t."paymentMethod" IN (p."id", p."stripePaymentMethodId") ORDER BY p."id" LIMIT 1`,
  },
  targets: [
    {
      table: 'transactions',
      set: {
        status: `CASE WHEN t.status = 'REFUNDED' AND excluded.status = 'SUCCEEDED' THEN t.status ELSE excluded.status END`,
        updated_at: `CASE WHEN t.status = 'REFUNDED' THEN t.updated_at ELSE excluded.updated_at END`,
      },
      incomparable: ['status', 'updated_at'],
    },
    { table: 'refunds' },
  ],
  convert,
};

function convert(row: JsonObject, { notes }: Context): Rows {
  const values = new Values(row, FROM, notes);
  const id = values.id('id', FROM) ?? '';
  const createdAt = values.time('createdAt') ?? '';
  const given = values.text('status');
  const isRefunded = given === 'REFUNDED';
  const hasCome = given === 'SUCCEEDED' || isRefunded;
  const paidAt = hasCome ? (values.time('paidAt') ?? createdAt) : null;
  const failedAt = given === 'FAILED' ? (values.time('failedAt') ?? createdAt) : null;
  const amount = values.number('amount');
  const method = values.id('method', 'payments.payment_methods');
  if (method === null && values.text('paymentMethod'))
    values.lost('paymentMethod', 'none of the user’s methods');
  const updatedAt = later(paidAt ?? failedAt, createdAt);
  return {
    transactions: [
      {
        id,
        user_id: values.id('userId', 'auth.users'),
        subscription_id: values.id('subscriptionId', 'payments.subscriptions'),
        payment_method_id: method,
        amount,
        currency: (values.text('currency') ?? '').toUpperCase(),
        status: isRefunded ? 'SUCCEEDED' : given,
        idempotency_key: `import:${id}`,
        stripe_payment_intent_id: values.text('stripePaymentIntentId'),
        stripe_charge_id: values.text('stripeChargeId'),
        description: values.text('description'),
        failure_code: failedAt === null ? null : 'unknown',
        paid_at: paidAt,
        failed_at: failedAt,
        created_at: createdAt,
        updated_at: updatedAt,
      },
    ],
    refunds: isRefunded
      ? [
          {
            id: derivedUuid('payments.refunds', id),
            transaction_id: id,
            amount,
            status: 'SUCCEEDED',
            created_at: updatedAt,
            updated_at: updatedAt,
          },
        ]
      : [],
  };
}
