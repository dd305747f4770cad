import {
  inTransaction,
  isForeignKeyViolation,
  isRuleViolation,
  newId,
  RecordNotFoundError,
  read,
  requireText,
  rowOf,
  statement,
  WriteConflictError,
} from '@codezest/db-core';
import { type PriceId, parsePriceId } from '@codezest/db-types';
import type { Price, PriceInterval, SubscriptionPlan } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client, TransactionClient } from './client.js';
import { checkedAmount, checkedCurrency, checkedQuantity } from './money.js';
import { InvalidPeriodError, StripeIdTakenError, UnknownCurrencyError } from './payment-errors.js';
import { PriceExistsError, PriceNotUsableError } from './price-errors.js';
import { refusingTakenStripeId } from './stripe-ids.js';
import { NOW } from './subscription-version.js';

/** What a price is for. */
export interface PricedPlan {
  readonly plan: Exclude<SubscriptionPlan, 'FREE'>;
  readonly interval: PriceInterval;
  /** 1 when it is left out; 3 and MONTH is a quarter. */
  readonly intervalCount?: number;
  /** Such as EUR, in any case of its letters. */
  readonly currency: string;
}

export interface NewPrice extends PricedPlan {
  /** Of one, for the whole interval, in the smallest unit of the currency. */
  readonly unitAmount: number;
  /** It is the price of each one from this many on; 1 when it is left out. */
  readonly minQuantity?: number;
  /** The tax is within it; not so when it is left out. */
  readonly taxIncluded?: boolean;
  /** Now when it is left out. */
  readonly validFrom?: Date;
  readonly stripePriceId?: string;
}

/**
 * What a plan costs from a moment on: the price that was valid then ends at that moment, and one that was set for later
 * begins later all the same. Subscriptions keep the price that they have. What is so already is given again.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @throws {UnknownCurrencyError} CURRENCY_UNKNOWN
 * @throws {InvalidPeriodError} PERIOD_INVALID for what is no date
 * @throws {PriceExistsError} PRICE_EXISTS where another amount begins at the same moment
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN
 * @throws {WriteConflictError} WRITE_CONFLICT above READ COMMITTED, where another call has set one meanwhile; `transaction()` runs again
 * @example
 * const price = await setPrice(prisma, { plan: 'PRO', interval: 'MONTH', currency: 'EUR', unitAmount: 1900 });
 */
export async function setPrice(client: Client, price: NewPrice): Promise<Price> {
  const { plan, interval, validFrom, stripePriceId, taxIncluded = false } = price;
  const currency = checkedCurrency(price.currency);
  const unitAmount = checkedAmount(price.unitAmount);
  const [intervalCount, minQuantity] = [
    checkedQuantity(price.intervalCount ?? 1),
    checkedQuantity(price.minQuantity ?? 1),
  ];
  if (validFrom !== undefined && !(validFrom instanceof Date && !Number.isNaN(validFrom.getTime())))
    throw new InvalidPeriodError();
  const kind = [plan, interval, intervalCount, currency, minQuantity];
  const work = inTransaction(client, async (transaction: TransactionClient) => {
    // Who sets a price of this kind takes turns, and then reads the clock and the list.
    const { now } = (await rowOf(transaction, takeTurn, [kind.join()])) as { now: Date };
    const from = validFrom ?? now;
    const current = await rowOf(transaction, listedAt, [...kind, from]);
    if (current !== undefined && isSame(current, { unitAmount, taxIncluded, stripePriceId })) return current;
    if (current !== undefined && current.validFrom.getTime() >= from.getTime()) throw new PriceExistsError();
    if (current !== undefined) await rowOf(transaction, endPrice, [current.id, from]);
    const values = [newId<'Price'>(), ...kind, unitAmount, taxIncluded, stripePriceId ?? null, from];
    return (await rowOf(transaction, insertPrice, values)) as Price;
  });
  return refusingTakenStripeId(work).catch((cause: unknown) => {
    if (isForeignKeyViolation(cause, 'prices_currency_fkey')) throw new UnknownCurrencyError({ cause });
    if (isRuleViolation(cause, 'prices_listed_excl')) throw new WriteConflictError({ cause });
    throw cause;
  });
}

function isSame(
  price: Price,
  {
    unitAmount,
    taxIncluded,
    stripePriceId,
  }: { unitAmount: number; taxIncluded: boolean; stripePriceId: string | undefined },
): boolean {
  return (
    price.unitAmount === unitAmount &&
    price.taxIncluded === taxIncluded &&
    (stripePriceId === undefined || price.stripePriceId === stripePriceId)
  );
}

const takeTurn = statement<{ now: Date }>(
  'payments.set_price_turn',
  `SELECT pg_advisory_xact_lock(hashtextextended('payments.set_price:' || $1::text, 0))::text AS turn,
     date_trunc('milliseconds', clock_timestamp()) AS now`,
);

const KIND = `p.plan = $1::"SubscriptionPlan" AND p.interval = $2::"PriceInterval" AND p.interval_count = $3::smallint
     AND p.currency = $4::char(3) AND p.is_listed`;

const listedAt = statement<Price>(
  'payments.listed_price_to_end',
  `SELECT ${columnsOf.price('p')} FROM prices p
   WHERE ${KIND} AND p.min_quantity = $5::int AND tstzrange(p.valid_from, p.valid_until) @> $6::timestamptz
   FOR NO KEY UPDATE`,
);

const endPrice = statement<object>(
  'payments.end_price',
  `UPDATE prices p SET valid_until = $2::timestamptz, updated_at = now() WHERE p.id = $1::uuid RETURNING p.id`,
);

const insertPrice = statement<Price>(
  'payments.set_price',
  `INSERT INTO prices AS p (id, plan, interval, interval_count, currency, min_quantity, unit_amount, tax_included, stripe_price_id,
     valid_from, valid_until)
   SELECT $1::uuid, $2::"SubscriptionPlan", $3::"PriceInterval", $4::smallint, $5::char(3), $6::int, $7::bigint, $8::boolean, $9::text,
     $10::timestamptz, (SELECT min(l.valid_from) FROM prices l
       WHERE l.plan = $2::"SubscriptionPlan" AND l.interval = $3::"PriceInterval" AND l.interval_count = $4::smallint
         AND l.currency = $5::char(3) AND l.min_quantity = $6::int AND l.is_listed AND l.valid_from > $10::timestamptz)
   RETURNING ${columnsOf.price('p')}`,
);

export interface PriceQuestion extends PricedPlan {
  /** 1 when it is left out. */
  readonly quantity?: number;
  /** Now when it is left out. */
  readonly at?: Date;
}

/**
 * The price in the list for a plan and a quantity at a moment; null where there is none.
 *
 * @throws {InvalidAmountError} AMOUNT_INVALID for a quantity that is none
 * @throws {UnknownCurrencyError} CURRENCY_UNKNOWN
 * @example
 * const price = await priceOf(prisma, { plan: 'PRO', interval: 'MONTH', currency: 'EUR' });
 */
export async function priceOf(client: Client, question: PriceQuestion): Promise<Price | null> {
  const { plan, interval, intervalCount = 1, quantity = 1, at } = question;
  const kind = [plan, interval, checkedQuantity(intervalCount), checkedCurrency(question.currency)];
  return (await rowOf(client, listedPrice, [...kind, checkedQuantity(quantity), at ?? null])) ?? null;
}

const listedPrice = read<Price>(
  'payments.price_of',
  `SELECT ${columnsOf.price('p')} FROM prices p
   WHERE ${KIND} AND p.min_quantity <= greatest($5::int, 1)
     AND tstzrange(p.valid_from, p.valid_until) @> coalesce($6::timestamptz, ${NOW})
   ORDER BY p.min_quantity DESC LIMIT 1`,
);

/** A price as the provider describes it; the names in brackets are Stripe's. Only prices per unit have a place. */
export interface PriceNews extends PricedPlan {
  /** [id] */
  readonly stripePriceId: string;
  /** [unit_amount], by `fromProviderAmount`. */
  readonly unitAmount: number;
  /** [tax_behavior] Left out where it is unspecified. */
  readonly taxIncluded?: boolean;
  /** [created] */
  readonly createdAt: Date;
  /** [active] Left as it is when it is left out. */
  readonly isActive?: boolean;
}

/**
 * Writes down a price that the provider tells of, in any order and again. It does not get into the list: one of the list
 * that has the id at the provider is that price, and ends when it ends there.
 *
 * @throws {StripeIdTakenError} STRIPE_ID_TAKEN where the id is that of another plan, interval, currency or amount here
 * @throws {InvalidAmountError} AMOUNT_INVALID
 * @throws {UnknownCurrencyError} CURRENCY_UNKNOWN
 * @throws {InvalidPeriodError} PERIOD_INVALID for what is no date
 * @example
 * await recordPrice(transaction, { stripePriceId, plan: 'PRO', interval: 'MONTH', currency: 'eur', unitAmount: 1900, createdAt });
 */
export async function recordPrice(client: Client, news: PriceNews): Promise<Price> {
  const { stripePriceId, plan, interval, taxIncluded, createdAt, isActive } = news;
  requireText(stripePriceId, 'stripePriceId');
  if (!(createdAt instanceof Date) || Number.isNaN(createdAt.getTime())) throw new InvalidPeriodError();
  const told = [plan, interval, checkedQuantity(news.intervalCount ?? 1), checkedCurrency(news.currency)];
  const values = [stripePriceId, ...told, checkedAmount(news.unitAmount), taxIncluded ?? null];
  const known = await rowOf(client, sameAtProvider, [...values, isActive ?? null]);
  if (known !== undefined) return known;
  const work = rowOf(client, writePrice, [...values, isActive ?? null, newId<'Price'>(), createdAt]);
  const written = await work.catch((cause: unknown) => {
    if (isForeignKeyViolation(cause, 'prices_currency_fkey')) throw new UnknownCurrencyError({ cause });
    if (isRuleViolation(cause, 'prices_tax_included_rule'))
      throw new StripeIdTakenError('stripePriceId', { cause });
    throw cause;
  });
  if (written === undefined) throw new StripeIdTakenError('stripePriceId');
  return written;
}

// Each subscription brings its price along: what is the same writes nothing.
const sameAtProvider = statement<Price>(
  'payments.price_at_provider',
  `SELECT ${columnsOf.price('p')} FROM prices p
   WHERE p.stripe_price_id = $1::text
     AND (p.plan, p.interval, p.interval_count, p.currency, p.unit_amount)
       = ($2::"SubscriptionPlan", $3::"PriceInterval", $4::smallint, $5::char(3), $6::bigint)
     AND coalesce($7::boolean, p.tax_included) IS NOT DISTINCT FROM p.tax_included
     AND CASE WHEN $8::boolean THEN p.is_listed OR p.valid_until IS NULL WHEN NOT $8::boolean THEN p.valid_until <= ${NOW} ELSE true END`,
);

const writePrice = statement<Price>(
  'payments.record_price',
  `INSERT INTO prices AS p (id, stripe_price_id, plan, interval, interval_count, currency, unit_amount, tax_included, is_listed,
     valid_from, valid_until)
   VALUES ($9::uuid, $1::text, $2::"SubscriptionPlan", $3::"PriceInterval", $4::smallint, $5::char(3), $6::bigint, $7::boolean, false,
     $10::timestamptz, CASE WHEN NOT $8::boolean THEN greatest(${NOW}, $10::timestamptz + interval '1 millisecond') END)
   ON CONFLICT (stripe_price_id) DO UPDATE SET
     tax_included = coalesce(excluded.tax_included, p.tax_included),
     valid_until = CASE WHEN NOT $8::boolean THEN least(p.valid_until, greatest(${NOW}, p.valid_from + interval '1 millisecond'))
       WHEN $8::boolean AND NOT p.is_listed THEN NULL ELSE p.valid_until END,
     updated_at = now()
     WHERE (p.plan, p.interval, p.interval_count, p.currency, p.unit_amount)
       = (excluded.plan, excluded.interval, excluded.interval_count, excluded.currency, excluded.unit_amount)
   RETURNING ${columnsOf.price('p')}`,
);

/** What a subscription asks for that is to have a price. */
export interface PriceChoice {
  readonly priceId: PriceId;
  readonly plan: SubscriptionPlan;
  readonly quantity?: number | undefined;
}

export interface ChosenPrice {
  readonly months: number;
  readonly validFrom: Date;
}

/**
 * The price, if a subscription that is billed here can have it: of its plan, not over, for that many, and by the month.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {PriceNotUsableError} PRICE_NOT_USABLE
 */
export async function chosenPrice(client: Client, choice: PriceChoice): Promise<ChosenPrice> {
  const price = await rowOf(client, usablePrice, [parsePriceId(choice.priceId)]);
  if (price === undefined) throw new RecordNotFoundError('price');
  if (price.plan !== choice.plan) throw new PriceNotUsableError('PLAN');
  if (price.isOver) throw new PriceNotUsableError('VALIDITY');
  if (price.minQuantity > checkedQuantity(choice.quantity ?? 1)) throw new PriceNotUsableError('QUANTITY');
  const months = { DAY: 0, WEEK: 0, MONTH: 1, YEAR: 12 }[price.interval] * price.intervalCount;
  if (months < 1 || months > 120) throw new PriceNotUsableError('INTERVAL');
  return { months, validFrom: price.validFrom };
}

const usablePrice = read<Price & { isOver: boolean }>(
  'payments.usable_price',
  `SELECT ${columnsOf.price('p')}, coalesce(p.valid_until <= ${NOW}, false) AS "isOver" FROM prices p WHERE p.id = $1::uuid`,
);
