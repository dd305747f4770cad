import type { ConstraintCase } from '@codezest/constraint-tests';
import { type Columns, id, price, subscription } from './rows.js';

const second = { id: id(2) };
const over = { valid_until: '2026-06-01T00:00:00Z' };

export const prices: ConstraintCase[] = [
  { object: 'prices_plan_check', refused: price({ plan: 'FREE' }), allowed: price({ plan: 'ENTERPRISE' }) },
  ...['0', '1096'].map((interval_count) => ({
    object: 'prices_interval_count_check',
    refused: price({ interval_count }),
    allowed: price({ interval: 'DAY', interval_count: '1095' }),
  })),
  {
    object: 'prices_min_quantity_check',
    refused: price({ min_quantity: '0' }),
    allowed: price({ min_quantity: '1' }),
  },
  ...['-1', '1000000000000'].map((unit_amount) => ({
    object: 'prices_unit_amount_check',
    refused: price({ unit_amount }),
    allowed:
      price({ unit_amount: '999999999999' }) + price({ ...second, interval: 'YEAR', unit_amount: '0' }),
  })),
  {
    object: 'prices_validity_check',
    refused: price({ valid_until: '2026-01-01T00:00:00Z' }),
    allowed: price({ valid_until: '2026-01-01T00:00:00.001Z' }),
  },
  {
    object: 'prices_stripe_price_id_key',
    given: price({ stripe_price_id: 'price_A' }),
    refused: price({ ...second, interval: 'YEAR', stripe_price_id: 'price_A' }),
    allowed: price({ ...second, interval: 'YEAR', stripe_price_id: 'price_B' }),
  },
  {
    object: 'prices_listed_excl',
    given: price(over),
    refused: price({ ...second, valid_from: '2026-05-31T23:59:59Z' }),
    allowed: price({ ...second, valid_from: over.valid_until }),
  },
  ...(
    [
      { plan: 'ENTERPRISE' },
      { interval: 'YEAR' },
      { interval_count: '3' },
      { currency: 'USD' },
      { min_quantity: '10' },
      { is_listed: 'false' },
    ] as Columns[]
  ).map((other) => ({
    object: 'prices_listed_excl',
    given: price(),
    refused: price(second),
    allowed: price({ ...second, ...other }),
  })),
  {
    object: 'prices_currency_fkey',
    refused: price({ currency: 'XTS' }),
    allowed: price({ currency: 'JPY' }),
  },
  ...[
    "plan = 'ENTERPRISE'",
    "interval = 'YEAR'",
    'interval_count = 3',
    "currency = 'USD'",
    'unit_amount = 1901',
    'min_quantity = 2',
    'is_listed = false',
    "valid_from = '2026-02-01'",
  ].map((change) => ({
    object: 'prices_immutable_rule',
    given: price(),
    refused: `UPDATE prices SET ${change}`,
    allowed: `UPDATE prices SET valid_until = '2027-01-01', stripe_price_id = 'price_A', tax_included = true`,
  })),
  {
    object: 'prices_tax_included_rule',
    given: price({ tax_included: 'false' }),
    refused: 'UPDATE prices SET tax_included = true',
    allowed: `UPDATE prices SET valid_until = '2027-01-01'`,
  },
  ...[
    'DELETE FROM prices',
    `TRUNCATE prices, subscriptions, invoices, invoice_lines, invoice_taxes, transactions, refunds, disputes, coupon_redemptions`,
  ].map((deletion) => ({
    object: 'prices_no_delete_rule',
    given: price(),
    refused: deletion,
    sqlState: '42501',
    allowed: `UPDATE prices SET valid_until = '2027-01-01'`,
  })),
  {
    object: 'subscriptions_price_id_plan_fkey',
    given: price(),
    refused: subscription({ plan: 'ENTERPRISE', price_id: id(1) }),
    allowed: subscription({ price_id: id(1) }),
  },
  {
    object: 'subscriptions_next_price_id_next_plan_fkey',
    given: price(),
    refused: subscription({ next_plan: 'ENTERPRISE', next_price_id: id(1) }),
    allowed: subscription({ next_plan: 'PRO', next_price_id: id(1) }),
  },
];
