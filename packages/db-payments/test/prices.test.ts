import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { PriceId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  changePlan,
  type NewPrice,
  type PriceNews,
  type PrismaClient,
  priceOf,
  recordPrice,
  setPrice,
  subscribe,
} from '../src/index.js';
import { daysFromNow, racingDatabase, refusalCode } from './callers.js';
import type { TestDatabase } from './database.js';
import { january, newUser } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** Each test has a currency of its own, and so a list of its own. */
const currencies = ['EUR', 'USD', 'GBP', 'JPY', 'CHF', 'PLN', 'SEK', 'NOK', 'DKK', 'CZK', 'HUF'];
const newList = () => currencies.pop() as string;
const monthly = (currency: string, unitAmount: number): NewPrice => ({
  plan: 'PRO',
  interval: 'MONTH',
  currency,
  unitAmount,
});

describe('setPrice', () => {
  test('ends what was valid, and leaves what is to come later', async () => {
    const currency = newList();
    const [first, later] = [
      await setPrice(client, monthly(currency, 1900)),
      await setPrice(client, { ...monthly(currency, 2900), validFrom: daysFromNow(60) }),
    ];
    const second = await setPrice(client, { ...monthly(currency, 2500), validFrom: daysFromNow(30) });

    const at = async (days: number) =>
      (await priceOf(client, { ...monthly(currency, 0), at: daysFromNow(days) }))?.unitAmount ?? null;
    expect([await at(-1), await at(1), await at(31), await at(61)]).toEqual([null, 1900, 2500, 2900]);
    const rows = await client.price.findMany({ where: { currency }, orderBy: { validFrom: 'asc' } });
    expect(rows.map(({ id }) => id)).toEqual([first.id, second.id, later.id]);
    expect(rows.map(({ validUntil }) => validUntil)).toEqual([second.validFrom, later.validFrom, null]);
  });

  test('gives what is so already again, and does not change what was said of a moment', async () => {
    const currency = newList();
    const first = await setPrice(client, monthly(currency, 1900));
    const toCome = { ...monthly(currency, 2500), validFrom: daysFromNow(30) };
    const second = await setPrice(client, toCome);

    expect(await setPrice(client, monthly(currency.toLowerCase(), 1900))).toMatchObject({ id: first.id });
    expect(await setPrice(client, toCome)).toEqual(second);
    expect(await refusalCode(setPrice(client, { ...toCome, unitAmount: 2600 }))).toBe('PRICE_EXISTS');
    expect(await client.price.count({ where: { currency } })).toBe(2);
  });

  test('has a list for each interval and quantity, and the price of most is that of one of many', async () => {
    const currency = newList();
    await setPrice(client, monthly(currency, 1900));
    await setPrice(client, { ...monthly(currency, 1500), minQuantity: 10 });
    await setPrice(client, { ...monthly(currency, 19_000), interval: 'YEAR' });

    const of = async (quantity: number, interval: 'MONTH' | 'YEAR' = 'MONTH') =>
      (await priceOf(client, { plan: 'PRO', interval, currency, quantity }))?.unitAmount;
    expect([await of(1), await of(9), await of(10), await of(1, 'YEAR')]).toEqual([1900, 1900, 1500, 19_000]);
    expect(await priceOf(client, { plan: 'PRO', interval: 'MONTH', intervalCount: 3, currency })).toBeNull();
  });

  test(`of ${CALLERS} at once leaves one price at each moment, ${ROUNDS} rounds`, async () => {
    const currency = newList();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { won } = await race((caller) => setPrice(client, monthly(currency, 1000 + (caller % 4))));

      expect(won).toHaveLength(CALLERS);
      const valid = await client.price.findMany({ where: { currency, validUntil: null } });
      expect(valid).toHaveLength(1);
    }
  });

  test.each([
    ['no amount', { unitAmount: 19.9 }, 'AMOUNT_INVALID'],
    ['a negative one', { unitAmount: -1 }, 'AMOUNT_INVALID'],
    ['no currency', { currency: 'XTS' }, 'CURRENCY_UNKNOWN'],
    ['no code', { currency: 'euro' }, 'CURRENCY_UNKNOWN'],
    ['FREE', { plan: 'FREE' }, 'RULE_VIOLATED'],
    ['no date', { validFrom: new Date(Number.NaN) }, 'PERIOD_INVALID'],
    ['no interval', { intervalCount: 0 }, 'RULE_VIOLATED'],
    ['no quantity', { minQuantity: 1.5 }, 'AMOUNT_INVALID'],
  ])('refuses %s', async (_what, wrong, code) => {
    expect(await refusalCode(setPrice(client, { ...monthly('EUR', 1), ...wrong } as NewPrice))).toBe(code);
  });
});

describe('recordPrice', () => {
  /** As Stripe has it: `price_…`, `currency: 'eur'`, `recurring: { interval: 'month', interval_count: 1 }`. */
  const told = (stripePriceId: string): PriceNews => ({
    stripePriceId,
    plan: 'PRO',
    interval: 'MONTH',
    currency: 'eur',
    unitAmount: 1450,
    createdAt: january,
  });

  test('writes it down once, in whichever order it is told, and not into the list', async () => {
    const news = told('price_1PgafmB7WZ01zgkW6dKueIc5');
    const archived = await recordPrice(client, { ...news, isActive: false });
    const of = await recordPrice(client, news);
    const active = await recordPrice(client, { ...news, isActive: true, taxIncluded: true });
    const again = await recordPrice(client, { ...news, isActive: true });

    expect(archived).toMatchObject({
      currency: 'EUR',
      isListed: false,
      validFrom: january,
      taxIncluded: null,
    });
    expect(archived.validUntil).toBeInstanceOf(Date);
    expect(of).toEqual(archived);
    expect(active).toMatchObject({ id: archived.id, validUntil: null, taxIncluded: true });
    expect(again).toEqual(active);
    expect(
      await priceOf(client, { plan: 'PRO', interval: 'MONTH', currency: 'EUR', at: january }),
    ).toBeNull();
  });

  test('knows one of the list by its id, which ends when it ends at the provider', async () => {
    const [currency, stripePriceId] = [newList(), 'price_1MoBy5LkdIwHu7ixZhnattbh'];
    const listed = await setPrice(client, { ...monthly(currency, 1900), stripePriceId });
    const news = { ...told(stripePriceId), currency, unitAmount: 1900 };

    expect(await recordPrice(client, news)).toEqual(listed);
    const ended = await recordPrice(client, { ...news, isActive: false });
    expect(ended.validUntil).toBeInstanceOf(Date);
    expect((await recordPrice(client, { ...news, isActive: true })).validUntil).toEqual(ended.validUntil);
    for (const other of [
      { unitAmount: 1901 },
      { plan: 'ENTERPRISE' as const },
      { interval: 'YEAR' as const },
      { taxIncluded: true },
    ])
      expect(await refusalCode(recordPrice(client, { ...news, ...other }))).toBe('STRIPE_ID_TAKEN');
    expect(await refusalCode(setPrice(client, { ...monthly(newList(), 1), stripePriceId }))).toBe(
      'STRIPE_ID_TAKEN',
    );
  });

  test(`of ${CALLERS} deliveries at once writes one, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const news = told(`price_race_${round}`);
      const { won } = await race((caller) => recordPrice(client, { ...news, isActive: caller % 2 === 0 }));

      expect(new Set(won.map(({ id }) => id)).size).toBe(1);
      expect(won).toHaveLength(CALLERS);
    }
  });
});

describe('a subscription with a price', () => {
  test('is billed by its interval, keeps the price, and may change it within the period', async () => {
    const currency = newList();
    const { id: priceId } = await setPrice(client, monthly(currency, 1900));
    const begun = await subscribe(client, { userId: newUser(), plan: 'PRO', priceId, quantity: 3 });
    expect(begun).toMatchObject({ priceId, quantity: 3, billingMonths: 1, billingTimeZone: 'UTC' });
    expect(begun.currentPeriodEnd).not.toBeNull();

    const dearer = await setPrice(client, monthly(currency, 2500));
    const seen = ({ id: subscriptionId, version }: typeof begun) => ({ subscriptionId, version });
    const kept = { plan: 'PRO', keepPeriod: true } as const;
    expect(await refusalCode(changePlan(client, { ...seen(begun), ...kept }))).toBe('PLAN_UNCHANGED');
    const more = await changePlan(client, { ...seen(begun), ...kept, quantity: 5 });
    expect(more).toMatchObject({ priceId, quantity: 5, currentPeriodEnd: begun.currentPeriodEnd });
    const changed = await changePlan(client, { ...seen(more), ...kept, priceId: dearer.id });
    expect(changed).toMatchObject({ priceId: dearer.id, quantity: 5 });
    const enterprise = await changePlan(client, { ...seen(changed), plan: 'ENTERPRISE', keepPeriod: true });
    expect(enterprise).toMatchObject({ priceId: null, quantity: 5 });
  });

  test('cannot have one of another plan, interval or quantity, or that is not offered now', async () => {
    const currency = newList();
    const price = await setPrice(client, monthly(currency, 1900));
    const yearly = await setPrice(client, { ...monthly(currency, 19_000), interval: 'YEAR' });
    const weekly = await setPrice(client, { ...monthly(currency, 500), interval: 'WEEK' });
    const many = await setPrice(client, { ...monthly(currency, 1500), minQuantity: 10 });
    const toCome = await setPrice(client, { ...monthly(currency, 2900), validFrom: daysFromNow(9) });
    const over = await client.price.update({ where: { id: yearly.id }, data: { validUntil: new Date() } });
    const plan = 'PRO' as const;
    const reasonOf = (choice: object) =>
      subscribe(client, { userId: newUser(), plan, ...choice } as never).then(
        () => expect.unreachable('it was accepted'),
        ({ code, reason }: { code: string; reason?: string }) => reason ?? code,
      );

    expect(await reasonOf({ priceId: price.id, plan: 'ENTERPRISE' })).toBe('PLAN');
    expect(await reasonOf({ priceId: price.id, cycle: { months: 12 } })).toBe('INTERVAL');
    expect(await reasonOf({ priceId: weekly.id })).toBe('INTERVAL');
    expect(await reasonOf({ priceId: many.id, quantity: 9 })).toBe('QUANTITY');
    expect(await reasonOf({ priceId: toCome.id })).toBe('VALIDITY');
    expect(await reasonOf({ priceId: over.id })).toBe('VALIDITY');
    expect(await reasonOf({ priceId: newUser() as unknown as PriceId })).toBe('RECORD_NOT_FOUND');
    expect(await reasonOf({ priceId: price.id, quantity: 0.5 })).toBe('AMOUNT_INVALID');

    const begun = await subscribe(client, { userId: newUser(), plan, priceId: price.id });
    const fresh = await setPrice(client, { ...monthly(currency, 18_000), interval: 'YEAR' });
    const change = { subscriptionId: begun.id, version: begun.version, plan, priceId: fresh.id };
    expect(await refusalCode(changePlan(client, { ...change, keepPeriod: true }))).toBe('PRICE_NOT_USABLE');
    expect(await changePlan(client, change)).toMatchObject({ billingMonths: 12, priceId: fresh.id });
  });
});
