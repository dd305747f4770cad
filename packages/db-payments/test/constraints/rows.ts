// INSERT statements of rows that every rule accepts; a case changes the columns it is about.

export type Columns = Record<string, string | null>;

/** Values are SQL literals of unknown type, so that PostgreSQL gives each the type of its column. */
function insertInto(table: string, defaults: Columns): (changes?: Columns) => string {
  return (changes = {}) => {
    const row = { ...defaults, ...changes };
    const values = Object.values(row).map((value) =>
      value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`,
    );
    return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')});`;
  };
}

/** The nth id of these cases. */
export function id(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** Bytes as long as a SHA-256. */
export function hash(bytes = 32): string {
  return `\\x${'ab'.repeat(bytes)}`;
}

/** Stripe's number for tests. */
export const cardNumber = '4242 4242 4242 4242';

export const subscription = insertInto('subscriptions', {
  id: id(1),
  user_id: id(1),
  plan: 'PRO',
  started_at: '2026-01-01T00:00:00Z',
  current_period_start: '2026-01-01T00:00:00Z',
  current_period_end: '2026-02-01T00:00:00Z',
});

export const price = insertInto('prices', {
  id: id(1),
  plan: 'PRO',
  interval: 'MONTH',
  currency: 'EUR',
  unit_amount: '1900',
  valid_from: '2026-01-01T00:00:00Z',
});

/** Over since the 15th of January, in the middle of its billing period. */
export const ended = (status: 'CANCELED' | 'EXPIRED' | 'INCOMPLETE_EXPIRED', changes: Columns = {}): string =>
  subscription({
    status,
    valid_until: '2026-01-15T00:00:00Z',
    canceled_at: status === 'CANCELED' ? '2026-01-15T00:00:00Z' : null,
    ...changes,
  });

/** Of other user, for references that must not cross over to them. */
export const otherSubscription = (): string => subscription({ id: id(2), user_id: id(2) });

export const invoice = insertInto('invoices', {
  id: id(1),
  user_id: id(1),
  subscription_id: id(1),
  currency: 'EUR',
  subtotal: '2000',
  discount: '500',
  tax: '300',
  total: '1800',
  due_at: '2026-02-15T00:00:00Z',
});

export const line = insertInto('invoice_lines', {
  id: id(1),
  invoice_id: id(1),
  position: '1',
  description: 'PRO, January 2026',
  quantity: '2',
  unit_amount: '1000',
  amount: '2000',
  currency: 'EUR',
});

export const tax = insertInto('invoice_taxes', {
  id: id(1),
  invoice_id: id(1),
  category: 'S',
  rate: '19',
  base: '2000',
  discount: '500',
  tax: '285',
});

/** An invoice with its line. */
export const draft = (changes: Columns = {}): string => {
  const { id: own = id(1), currency = 'EUR' } = changes;
  return invoice(changes) + line({ id: own, invoice_id: own, currency });
};

/** One with VAT by category and rate. */
export const taxedDraft = (): string =>
  invoice({ tax: '285', total: '1785' }) + line({ vat_category: 'S', vat_rate: '19' }) + tax();

/** A credit note of the whole first invoice. */
export const creditNote = (n: number, changes: Columns = {}): string =>
  draft({
    id: id(n),
    kind: 'CREDIT_NOTE',
    credited_invoice_id: id(1),
    credit_key: `credit ${n}`,
    ...changes,
  });

export const issue = (n = 1): string =>
  `UPDATE invoices SET status = 'SENT', issued_at = '2026-02-01T00:00:00Z' WHERE id = '${id(n)}';`;

export const paymentMethod = insertInto('payment_methods', {
  id: id(1),
  user_id: id(1),
  type: 'CARD',
  last4: '4242',
  brand: 'VISA',
  expiry_month: '12',
  expiry_year: '2028',
});

export const paypal = (changes: Columns = {}): string =>
  paymentMethod({
    type: 'PAYPAL',
    last4: null,
    brand: null,
    expiry_month: null,
    expiry_year: null,
    paypal_email: 'ada@example.com',
    ...changes,
  });

export const transaction = insertInto('transactions', {
  id: id(1),
  user_id: id(1),
  amount: '1800',
  currency: 'EUR',
  idempotency_key: 'first',
});

const paidAt = '2026-02-01T00:01:00Z';
export const succeeded = (changes: Columns = {}): string =>
  transaction({ status: 'SUCCEEDED', paid_at: paidAt, ...changes });
export const failed = (changes: Columns = {}): string =>
  transaction({ status: 'FAILED', failed_at: paidAt, failure_code: 'card_declined', ...changes });

export const refund = insertInto('refunds', {
  id: id(1),
  transaction_id: id(1),
  amount: '500',
  status: 'SUCCEEDED',
  updated_at: '2026-02-03T00:00:00Z',
});

/** A payment all of which went back. */
export const refunded = (changes: Columns = {}): string =>
  succeeded(changes) + refund({ transaction_id: changes.id ?? id(1), amount: changes.amount ?? '1800' });

export const dispute = insertInto('disputes', {
  id: id(1),
  transaction_id: id(1),
  amount: '1800',
  status: 'NEEDS_RESPONSE',
  stripe_dispute_id: 'du_A',
});

export const stripeObject = insertInto('stripe_objects', {
  id: 'pi_A',
  newest_event_at: '2026-02-01T00:00:00Z',
});

export const coupon = insertInto('coupons', {
  id: id(1),
  code: 'WELCOME20',
  discount_type: 'PERCENTAGE',
  discount_value: '20',
  valid_from: '2026-01-01T00:00:00Z',
});

export const fixedCoupon = (changes: Columns = {}): string =>
  coupon({ discount_type: 'FIXED', discount_value: '500', currency: 'EUR', ...changes });

export const redemption = insertInto('coupon_redemptions', {
  id: id(1),
  user_id: id(1),
  coupon_id: id(1),
  invoice_id: id(1),
  discount_amount: '500',
  currency: 'EUR',
  redeemed_at: '2026-02-01T00:00:00Z',
});

export const stripeEvent = insertInto('stripe_events', {
  id: 'evt_1MowQVLkdIwHu7ix',
  type: 'invoice.paid',
  livemode: 'true',
  occurred_at: '2026-02-01T00:01:00Z',
});

export const idempotencyKey = insertInto('idempotency_keys', {
  id: id(1),
  scope: 'checkout',
  key: id(1),
  request_hash: hash(),
  created_at: '2026-02-01T00:00:00Z',
  expires_at: '2090-02-02T00:00:00Z',
});

export const answered = (changes: Columns = {}): string =>
  idempotencyKey({
    completed_at: '2026-02-01T00:00:01Z',
    response_status: '201',
    response_body: '{"ok": true}',
    ...changes,
  });
