import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  CardBrand,
  DisputeStatus,
  InvoiceReason,
  InvoiceStatus,
  PauseCollection,
  PaymentMethodType,
  PriceInterval,
  RefundStatus,
  SubscriptionStatus,
  TransactionStatus,
} from '../src/index.js';

// What the provider's own library knows has a place here, or a reason. Read from its declarations as text, because each
// of its sets is open to further strings, so that the compiler would not miss one.
const library = dirname(dirname(createRequire(import.meta.url).resolve('stripe')));
const declarations = (file: string) => readFileSync(join(library, 'cjs/resources', `${file}.d.ts`), 'utf8');

/** The members of the first `type Name = 'a' | 'b' | …` that a file declares. */
function membersOf(file: string, name: string): string[] {
  const union =
    new RegExp(`type ${name} = ((?:'[a-z0-9_]+'(?: \\| )?)+)`).exec(declarations(file))?.[1] ?? '';
  return [...union.matchAll(/'([a-z0-9_]+)'/g)].map(([, member]) => member as string).sort();
}

/** What is the same word in upper case. */
const same = (members: object) =>
  Object.fromEntries(Object.keys(members).map((each) => [each.toLowerCase(), each]));

const places: Record<string, { file: string; type: string; ours: object; places: Record<string, string> }> = {
  'a subscription': {
    file: 'Subscriptions',
    type: 'Status',
    ours: SubscriptionStatus,
    places: same(SubscriptionStatus),
  },
  'an invoice': {
    file: 'Invoices',
    type: 'Status',
    ours: InvoiceStatus,
    places: { draft: 'DRAFT', open: 'SENT', paid: 'PAID', uncollectible: 'UNCOLLECTIBLE', void: 'CANCELED' },
  },
  'the reason of an invoice': {
    file: 'Invoices',
    type: 'BillingReason',
    ours: InvoiceReason,
    places: {
      automatic_pending_invoice_item_invoice: 'MANUAL',
      manual: 'MANUAL',
      quote_accept: 'MANUAL',
      // What invoices were before their reasons were told apart.
      subscription: 'SUBSCRIPTION_UPDATE',
      subscription_create: 'SUBSCRIPTION_CREATE',
      subscription_cycle: 'SUBSCRIPTION_CYCLE',
      subscription_threshold: 'SUBSCRIPTION_THRESHOLD',
      subscription_update: 'SUBSCRIPTION_UPDATE',
      // A preview, which is never stored.
      upcoming: 'MANUAL',
    },
  },
  'a payment intent': {
    file: 'PaymentIntents',
    type: 'Status',
    ours: TransactionStatus,
    places: {
      requires_payment_method: 'FAILED',
      requires_confirmation: 'PENDING',
      requires_action: 'PROCESSING',
      requires_capture: 'PROCESSING',
      processing: 'PROCESSING',
      succeeded: 'SUCCEEDED',
      canceled: 'FAILED',
    },
  },
  'a charge': {
    file: 'Charges',
    type: 'Status',
    ours: TransactionStatus,
    places: { pending: 'PROCESSING', succeeded: 'SUCCEEDED', failed: 'FAILED' },
  },
  'the interval of a price': {
    file: 'Prices',
    type: 'Interval',
    ours: PriceInterval,
    places: same(PriceInterval),
  },
  'a pause of collection': {
    file: 'Subscriptions',
    type: 'Behavior',
    ours: PauseCollection,
    places: same(PauseCollection),
  },
  'a dispute': { file: 'Disputes', type: 'Status', ours: DisputeStatus, places: same(DisputeStatus) },
};

describe('every status of the provider has a place', () => {
  test.each(Object.entries(places))('of %s', (_what, { file, type, ours, places: known }) => {
    const members = membersOf(file, type);

    expect(members.length).toBeGreaterThan(2);
    expect(members.filter((member) => known[member] === undefined)).toEqual([]);
    expect(Object.values(known).filter((place) => !Object.keys(ours).includes(place))).toEqual([]);
  });

  test('of a refund, which the library leaves open', () => {
    // Its description names them.
    const text = /Status of the refund\.[^*]*/.exec(declarations('Refunds'))?.[0] ?? '';
    const members = [...text.matchAll(/`([a-z_]+)`/g)].map(([, member]) => (member as string).toUpperCase());

    expect([...new Set(members)].sort()).toEqual(Object.keys(RefundStatus).sort());
  });

  test('of payment methods and cards', () => {
    const methods = membersOf('PaymentMethods', 'Type');
    const place = (type: string) => {
      if (type === 'card' || type === 'card_present' || type === 'interac_present') return 'CARD';
      if (type === 'customer_balance') return 'BANK_TRANSFER';
      return Object.keys(PaymentMethodType).find((own) => own.toLowerCase() === type) ?? 'OTHER';
    };

    expect(methods.length).toBeGreaterThan(40);
    for (const own of ['CARD', 'PAYPAL', 'SEPA_DEBIT', 'LINK', 'BANK_TRANSFER', 'OTHER'])
      expect(methods.map(place)).toContain(own);
    const brands =
      /unique brand of the card[^`]*|Card brand\. Can be ([^.]*)/.exec(declarations('PaymentMethods'))?.[0] ??
      '';
    const named = [...brands.matchAll(/`([a-z_]+)`/g)].map(([, brand]) => (brand as string).toUpperCase());
    expect(named.filter((brand) => !Object.keys(CardBrand).includes(brand))).toEqual([]);
    expect(named.length).toBeGreaterThan(7);
  });
});
