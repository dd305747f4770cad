import { createHash } from 'node:crypto';
import { testId } from '@codezest/db-core/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  draftInvoice,
  failTransaction,
  recordDispute,
  recordTransaction,
  refundTransaction,
  subscribe,
} from '../src/index.js';
import { sentInvoice } from './callers.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** Of each harmless kind; CARD_NUMBER_SAMPLES asks for more. */
const COUNT = Number(process.env.CARD_NUMBER_SAMPLES ?? 2_000);

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** Columns whose own form leaves no room for a card number. */
const FORMED = [
  'invoices.invoice_number',
  'payment_methods.last4',
  'invoice_lines.unit_code',
  'invoice_taxes.exemption_code',
  'outbox.aggregatetype',
  'outbox.trace_context',
  'outbox.type',
];

/** What the provider or the caller made up: digits stand in it by chance. */
const OPAQUE = [
  'coupons.stripe_coupon_id',
  'prices.stripe_price_id',
  'disputes.stripe_dispute_id',
  'idempotency_keys.key',
  'idempotency_keys.scope',
  'invoices.credit_key',
  'invoices.invoice_url',
  'invoices.stripe_invoice_id',
  'outbox.aggregateid',
  // Ids, plans and times, as the contracts say.
  'outbox.payload',
  'payment_methods.stripe_payment_method_id',
  'refunds.idempotency_key',
  'refunds.stripe_refund_id',
  'stripe_events.api_version',
  'stripe_events.id',
  'stripe_events.object_id',
  'stripe_events.type',
  'stripe_objects.id',
  'subscriptions.stripe_customer_id',
  'subscriptions.stripe_subscription_id',
  'transactions.idempotency_key',
  'transactions.stripe_charge_id',
  'transactions.stripe_payment_intent_id',
];

test('every column that takes free text refuses card numbers', async () => {
  const { rows } = await client.query<{ column: string; guarded: boolean }>(`
    SELECT c.relname || '.' || a.attname AS column,
           EXISTS (SELECT FROM pg_constraint k
                   WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey @> ARRAY[a.attnum]
                     AND pg_get_constraintdef(k.oid) LIKE '%holds_card_number%') AS guarded
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE a.attnum > 0 AND NOT a.attisdropped
      AND a.atttypid::regtype::text NOT IN
          ('uuid', 'boolean', 'smallint', 'integer', 'bigint', 'numeric', 'timestamp with time zone',
           'timestamp without time zone')
      -- Enums, hashes, and codes as short as a currency's.
      AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = a.atttypid AND t.typtype = 'e')
      AND a.attname <> 'request_hash'
      AND format_type(a.atttypid, a.atttypmod) <> 'character(3)'
      -- Written by the owner of the tables alone.
      AND c.relname NOT IN ('_prisma_migrations', 'erased_users', 'outbox_deliveries')
      -- What auth tells, by its contracts.
      AND c.relname <> 'received_events'`);

  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter(({ column, guarded }) => !guarded && ![...FORMED, ...OPAQUE].includes(column))).toEqual(
    [],
  );
});

/** Each network, as Stripe, Adyen and PayPal publish numbers for tests. */
const PUBLISHED =
  `4242424242424242 4000056655665556 5555555555554444 2223003122003222 5200828282828210 5105105105105100
  378282246310005 371449635398431 6011111111111117 6011000990139424 6011981111111113 3056930009020004 36227206271667
  6555900000604105 3566002020360505 6200000000000005 6200000000000047 6205500000000000004 4000002500001001
  5555552500001001 6221260000000000 4000000000000002 4000000000009995 4000002760003184 4000003800000446
  4111111111111111 4988438843884305 4166676667666746 4646464646464644 4000620000000007 4000060000000006
  4293189100000008 4988080000000000 4111111145551142 4444333322221111 5555444433331111 2222400070000005 5555341244441115
  5577000055770004 5136333333333335 5585558555855583 2222410740360010 5555444433331111 2222410700000002 5500000000000004
  370000000000002 345177925488348 36006666333344 38520000023237 30569309025904 6445644564456445 6011601160116611
  3569990010095841 6243030000000001 6771798021000008 5019555544445555 6703444444444449 4871049999999910
  5066991111111118 6062828888666688 4222222222222 4012888888881881 5610591081018250 378734493671000 6331101999990016
  135410014004955 2201382000000013 6304000000000000`.split(/\s+/);

const spelled = (number: string): string[] => {
  const fours = number.match(/.{1,4}/g) ?? [];
  const amex = [number.slice(0, 4), number.slice(4, 10), number.slice(10)];
  const groups = number.length === 15 || number.length === 14 ? amex : fours;
  const wide = number.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  const arabic = number.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)));
  return [
    number,
    `card: ${number}.`,
    `paid with (${number}), thanks`,
    `card_${number}`,
    `{"number": "${number}"}`,
    [...number].join(' '),
    [...number].join('-'),
    wide,
    arabic,
    [...wide].join('\u3000'),
    `019b8a5e-0000-7000-8000-000000000001 ${number} 12/28 123`,
    `2026-01-05 ${groups.join(' ')}`,
    ...[' ', '-', '.', '/', ', ', '\u00a0', '\u202f', '  ', ' - ', '\n', '_', '", "', '\u200b', '\u2011'].map(
      (sign) => groups.join(sign),
    ),
  ];
};

/** The nth of something, the same in every run. */
const digest = (n: number, algorithm = 'sha256') => createHash(algorithm).update(String(n)).digest('hex');
const digits = (n: number, length: number) =>
  BigInt(`0x${digest(n)}`)
    .toString()
    .slice(1, length + 1);
const ibans = (n: number): string => {
  const forms = [
    ...[
      'DE18',
      'ES20',
      'FR23',
      'IT23',
      'AT16',
      'PL24',
      'CH17',
      'BE12',
      'PT21',
      'SE20',
      'DK14',
      'FI14',
      'CZ20',
      'HU24',
    ],
    ...['GR23', 'EE16', 'SI15', 'LT16', 'SK20', 'NO11'],
  ];
  const form = forms[n % forms.length] as string;
  const country = form.slice(0, 2);
  const account = digits(n, Number(form.slice(2)));
  const letters = [...country].map((letter) => letter.charCodeAt(0) - 55).join('');
  const check = 98n - (BigInt(`${account}${letters}00`) % 97n);
  return `${country}${String(check).padStart(2, '0')}${account}`;
};
const ean = (n: number): string => {
  const body = `4${digits(n, 11)}`;
  const sum = [...body].reduce((all, digit, index) => all + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return body + String((10 - (sum % 10)) % 10);
};
const at = (n: number) => new Date(1_767_225_600_000 + n * 86_461_003);
const day = (n: number) => at(n).toISOString().slice(0, 10);

const HARMLESS: Record<string, (n: number) => string> = {
  'SHA-256': (n) => digest(n),
  MD5: (n) => digest(n, 'md5'),
  ObjectId: (n) => digest(n).slice(0, 24),
  'a UUID': (n) => digest(n).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
  'a UUID without dashes': (n) => digest(n).slice(0, 32),
  'a time in ms': (n) => String(at(n).getTime()),
  'a time in µs': (n) => `${at(n).getTime()}${digits(n, 3)}`,
  'days in a row': (n) => `${day(n)}-${day(n + 30)}`,
  'days in a row, without dashes': (n) => `${day(n)}-${day(n + 30)}`.replaceAll(/-(?=\d\d(?:-|$))/g, ''),
  'days of Europe': (n) => `${day(n)} – ${day(n + 30)}`.replaceAll(/(\d+)-(\d+)-(\d+)/g, '$3.$2.$1'),
  'an IBAN': (n) => `IBAN ${ibans(n)}`,
  'an IBAN in groups': (n) => `IBAN ${ibans(n).replaceAll(/(.{4})(?=.)/g, '$1 ')}, thanks`,
  'a phone': (n) => `+${(n % 8) + 2}${digits(n, 11)}`,
  'an EAN-13': (n) => ean(n),
  'an order number': (n) => `Order ORD-2026-${digits(n, 8)}, No. ${digits(n, 12)}`,
  money: (n) =>
    `${digits(n, 3)}.${digits(n + 1, 3)}.${digits(n + 2, 3)}.${digits(n + 3, 3)}.${digits(n + 4, 3)},45 EUR`,
};

describe('what counts as a card number', () => {
  const held = async (texts: readonly string[], type = 'text'): Promise<string[]> => {
    const { rows } = await client.query<{ value: string }>(
      `SELECT value::text FROM unnest($1::${type}[]) AS texts(value) WHERE rules.${type === 'text' ? '' : 'json_'}holds_card_number(value)`,
      [texts],
    );
    return rows.map(({ value }) => value);
  };

  test('each published number, in every spelling', async () => {
    const texts = PUBLISHED.flatMap(spelled);

    const found = new Set(await held(texts));

    expect(PUBLISHED.length).toBeGreaterThan(60);
    expect(texts.filter((text) => !found.has(text))).toEqual([]);
  });

  test.each(Object.entries(HARMLESS))('not %s', async (_kind, make) => {
    expect(await held(Array.from({ length: COUNT }, (_, n) => make(n)))).toEqual([]);
  });

  test('not what is like one', async () => {
    const texts = [
      ...[
        '',
        '4242',
        '**** **** **** 4242',
        '4242424242424241',
        'x4242424242424242x',
        '42424242424242424242',
      ],
      ...[
        '$1,234,567,890.12',
        '192.168.100.200',
        'pi_3MtwBwLkdIwHu7ix28a3tqPa',
        '2026-01-05 09:30:00.123456+00',
      ],
    ];
    expect(await held(texts)).toEqual([]);
    const json = [
      '{"amounts": [4242, 4242, 4242, 4242], "at": 1767225600000}',
      '{"years": ["2012", "2013", "2014"]}',
    ];
    expect(await held(json, 'jsonb')).toEqual([]);
  });

  test('in JSON: in its texts, in texts side by side, and as a number', async () => {
    const json = [
      '{"a": {"b": ["4242", "4242", "4242", "4242"]}}',
      '{"number": 4242424242424242}',
      '["n 4242 4242 4242 4242"]',
    ];
    expect(await held(json, 'jsonb')).toHaveLength(3);
  });
});

test('functions name the field that holds one', async () => {
  const invoice = await sentInvoice(database.client);
  const attempt = { invoiceId: invoice.id, idempotencyKey: '4242424242424242' };
  const { subscriptionId } = invoice;
  const card = '4242 4242 4242 4242';
  const refused = async (work: Promise<unknown>) =>
    work.then(
      () => 'accepted',
      (error: { code: string; field: string }) => `${error.code} ${error.field}`,
    );

  const lines = [{ description: card, unitAmount: 1 }];
  const line = draftInvoice(database.client, { subscriptionId, currency: 'EUR', lines });
  expect(await refused(line)).toBe('CARD_NUMBER_REFUSED description');
  const described = recordTransaction(database.client, { ...attempt, description: card });
  expect(await refused(described)).toBe('CARD_NUMBER_REFUSED description');
  const { id: transactionId } = await recordTransaction(database.client, attempt);
  const failure = { transactionId, failureCode: 'card_declined', failureMessage: card };
  expect(await refused(failTransaction(database.client, failure))).toBe('CARD_NUMBER_REFUSED failureMessage');
  const refund = { transactionId, stripeRefundId: 're_4242424242424242', amount: 1, reason: card };
  expect(await refused(refundTransaction(database.client, refund))).toBe('CARD_NUMBER_REFUSED reason');
  const dispute = {
    transactionId,
    stripeDisputeId: 'du_A',
    amount: 1,
    status: 'LOST',
    reason: card,
  } as const;
  expect(await refused(recordDispute(database.client, dispute))).toBe('CARD_NUMBER_REFUSED reason');
  const metadata = { campaign: card };
  const other = subscribe(database.client, { userId: testId('User', 1), plan: 'FREE', metadata });
  expect(await refused(other)).toBe('CARD_NUMBER_REFUSED metadata');
});
