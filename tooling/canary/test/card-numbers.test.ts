import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCanaries } from '../src/canaries.js';
import { dumpDatabase } from '../src/dump.js';
import { type Input, inputsOf } from '../src/inputs.js';
import { type Subject, subjects } from '../src/subjects.js';
import type { AnyFactories } from '../src/ways-in/models.js';

const payments = subjects.find(({ service }) => service === 'payments') as Subject;
let database: Awaited<ReturnType<Subject['createTestDatabase']>>;
let client: ReturnType<Subject['module']['createClient']>;
let make: AnyFactories;
/** Columns of texts that people write. A new column is one of these, until it is listed as opaque. */
let written: Input[];
let opaque: Input[];

/**
 * What programs of the provider or of a service make up: ids, keys, versions. The digits of an id mean nothing, and of many
 * ids some pass for the number of a card.
 */
const OPAQUE =
  /^(?:stripeEvent\.(?:objectId|type|apiVersion)|stripeObject\.id|idempotencyKey\.(?:scope|key)|\w+\.(?:idempotencyKey|stripe\w+Id))$/;

beforeAll(async () => {
  database = await payments.createTestDatabase();
  client = payments.module.createClient({ url: database.url });
  make = payments.factories(client as never);
  // The owner of the tables alone writes tombstones and deliveries, and events hold what their contracts say.
  const inputs = (await inputsOf('payments')).filter(
    ({ type, delegate }) =>
      type !== 'Bytes' &&
      !['erasedUser', 'outboxDelivery', 'outboxEvent', 'receivedEvent'].includes(delegate),
  );
  opaque = inputs.filter((input) => OPAQUE.test(nameOf(input)));
  written = inputs.filter((input) => !OPAQUE.test(nameOf(input)));
});
afterAll(async () => {
  await client?.$disconnect();
  await database?.drop();
});

function nameOf({ delegate, field }: Input): string {
  return `${delegate}.${field}`;
}

/** As people, forms and providers write a number, by itself and among other words. */
const spellings: readonly ((digits: string) => string)[] = [
  (digits) => digits,
  (digits) => digits.replace(/(.{4})(?=.)/g, '$1 '),
  (digits) => digits.replace(/(.{4})(?=.)/g, '$1-'),
  (digits) => digits.replace(/(.{4})(?=.)/g, '$1.'),
  (digits) => digits.replace(/(.{4})(?=.)/g, '$1  '),
  (digits) => digits.replace(/(.{4})(?=.)/g, '$1\u00a0'),
  (digits) => digits.replace(/(.{4})(?=.)/g, '$1\u202f'),
  (digits) => digits.replace(/(.{4})(?=.)/g, '$1\u2013'),
  (digits) => `paid with ${digits}, expires 12/29`,
];

function groupsOf(digits: string): string[] {
  return digits.match(/.{1,4}/g) ?? [];
}

const canaries = createCanaries();
const anyCardNumber = fc
  .tuple(fc.string({ minLength: 1, maxLength: 9 }), fc.constantFrom(...spellings))
  .map(([name, spell]) => ({ digits: canaries.cardNumber(name), spell }));

test('no text that people write and no JSON takes the number of a card, in whatever spelling', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(anyCardNumber, async ({ digits, spell }) => {
      for (const { delegate, field, type } of written) {
        const text = spell(digits);
        const values =
          type === 'Json'
            ? [{ note: text }, { [text]: 1 }, { deep: [{ n: text }] }, { groups: groupsOf(digits) }]
            : [text];
        for (const value of values) {
          await expect(make[delegate]?.({ [field]: value }), `${delegate}.${field}`).rejects.toThrow();
          refused += 1;
        }
      }
    }),
    { numRuns: 4 },
  );
  const dump = await dumpDatabase(database.url, 'payments');

  expect(written.length).toBeGreaterThan(14);
  expect(refused).toBeGreaterThan(4 * written.length);
  const stored = dump.filter(({ text }) => {
    const digits = text.replace(/(?<=\d)[^\da-z]{1,4}(?=\d)/gi, '');
    return canaries.all.some(({ value }) => digits.includes(value));
  });
  expect(stored.map(({ place }) => place)).toEqual([]);
});

test('an opaque id or key takes any digits', async () => {
  const digits = createCanaries().cardNumber('opaque');
  for (const { delegate, field } of opaque)
    expect(await make[delegate]?.({ [field]: digits }), `${delegate}.${field}`).toMatchObject({
      [field]: digits,
    });

  expect(opaque.length).toBeGreaterThan(14);
});

test('what is no number of a card is taken: it is not the form of each column that refuses', async () => {
  const taken: string[] = [];
  for (const { delegate, field, type } of written) {
    const value = type === 'Json' ? { note: 'ending in 4242' } : 'ending in 4242';
    await make[delegate]?.({ [field]: value }).then(
      () => taken.push(`${delegate}.${field}`),
      () => undefined,
    );
  }

  expect(taken).toEqual([
    'currency.name',
    'stripeEvent.lastError',
    'invoice.seller',
    'invoice.buyer',
    'invoice.paymentMeans',
    'invoice.note',
    'invoiceLine.description',
    'transaction.description',
    'refund.reason',
    'refund.failureReason',
    'dispute.reason',
    'subscription.metadata',
  ]);
});
