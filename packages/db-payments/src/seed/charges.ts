import { after, DAY, MINUTE, type Person, Random, SEED_NOW, seedId } from '@codezest/db-core/seed';
import type { InvoiceId, SubscriptionId, TransactionId } from '@codezest/db-types';
import type { InvoiceStatus, TransactionStatus } from '../../generated/enums.js';
import { type Discount, discountOf } from './coupons.js';
import { methodsOf } from './payment-methods.js';
import { earlier, type Period } from './periods.js';
import { type Market, marketOf } from './prices.js';
import { type Settlement, type Stretch, stretchesOf } from './stretches.js';

export interface Line {
  readonly description: string;
  readonly quantity: number;
  readonly unitAmount: number;
}

export interface Attempt {
  readonly id: TransactionId;
  readonly status: TransactionStatus;
  readonly at: Date;
  /** When it came in or failed. */
  readonly endedAt: Date | null;
  readonly failureCode: string | null;
  readonly refund: { readonly amount: number; readonly at: Date } | null;
}

/** An invoice of a person, and the attempts to have it paid. */
export interface Charge {
  readonly id: InvoiceId;
  readonly subscriptionId: SubscriptionId;
  readonly plan: string;
  readonly period: Period;
  readonly lines: readonly Line[];
  readonly currency: string;
  readonly subtotal: number;
  readonly discount: Discount | null;
  readonly tax: number;
  readonly total: number;
  readonly status: InvoiceStatus;
  readonly draftedAt: Date;
  readonly issuedAt: Date | null;
  readonly dueAt: Date | null;
  readonly paidAt: Date | null;
  readonly voidedAt: Date | null;
  readonly attempts: readonly Attempt[];
}

const DECLINES = ['card_declined', 'insufficient_funds', 'expired_card', 'authentication_required'] as const;

/** All invoices of a person, oldest first. */
export function chargesOf(person: Person): Charge[] {
  const market = marketOf(person);
  const isBankTransfer = methodsOf(person).some(({ type }) => type === 'BANK_TRANSFER');
  return stretchesOf(person).flatMap((stretch) =>
    stretch.billed.map(({ period, settlement }, n) => {
      const random = new Random('charge', person.index, period.start.getTime());
      const priced = price(person, { stretch, period, market, isFirst: n === 0 }, random);
      const key = `${person.index}/${period.start.getTime()}`;
      return {
        ...priced,
        ...settle({ key, period, total: priced.total, settlement, isBankTransfer }, random),
      };
    }),
  );
}

function price(
  person: Person,
  {
    stretch,
    period,
    market,
    isFirst,
  }: { stretch: Stretch; period: Period; market: Market; isFirst: boolean },
  random: Random,
) {
  const plan = stretch.plan === 'ENTERPRISE' ? 'ENTERPRISE' : 'PRO';
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const lines: Line[] = [
    {
      description: `${plan}, ${day(period.start)} to ${day(period.end)}`,
      quantity: 1,
      unitAmount: market.monthly[plan],
    },
  ];
  if (plan === 'ENTERPRISE' && random.chance(0.4)) {
    lines.push({ description: 'Mentoring, hours', quantity: random.int(1, 4), unitAmount: market.mentoring });
  }
  const subtotal = lines.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, 0);
  const { currency } = market;
  const discount = isFirst ? discountOf(person, { at: period.start, subtotal, currency }, random) : null;
  const net = subtotal - (discount?.amount ?? 0);
  const tax = Math.round((net * market.taxPerMille) / 1000);
  return {
    subscriptionId: stretch.id,
    plan,
    period,
    lines,
    currency,
    subtotal,
    discount,
    tax,
    total: net + tax,
  };
}

interface Billed {
  key: string;
  period: Period;
  total: number;
  settlement: Settlement;
  isBankTransfer: boolean;
}

type Settled = Pick<
  Charge,
  'id' | 'status' | 'draftedAt' | 'issuedAt' | 'dueAt' | 'paidAt' | 'voidedAt' | 'attempts'
>;

function settle(billed: Billed, random: Random): Settled {
  const { key, period, total, settlement } = billed;
  const issuedAt = earlier(after(period.start, random.between(1, 3) * MINUTE), SEED_NOW);
  const dueAt = after(issuedAt, 14 * DAY);
  const issued = {
    id: seedId('Invoice', key, period.start),
    draftedAt: period.start,
    issuedAt,
    dueAt,
    paidAt: null,
    voidedAt: null,
  };

  if (settlement === 'upcoming') {
    const draftedAt = earlier(after(period.start, -3 * DAY), SEED_NOW);
    return { ...issued, draftedAt, issuedAt: null, dueAt: null, status: 'DRAFT', attempts: [] };
  }
  if (total === 0) return { ...issued, status: 'PAID', paidAt: issuedAt, attempts: [] };

  const attempts = attemptsOf(billed, issuedAt, random);
  const paidAt = attempts.at(-1)?.failureCode === null ? (attempts.at(-1)?.endedAt ?? null) : null;
  if (paidAt) return { ...issued, status: 'PAID', paidAt, attempts };
  if (settlement === 'voided') return { ...issued, status: 'CANCELED', voidedAt: dueAt, attempts };
  return { ...issued, status: dueAt < SEED_NOW ? 'OVERDUE' : 'SENT', attempts };
}

/** The attempts on one invoice. Whoever does not pay is tried again after three and after seven days. */
function attemptsOf(billed: Billed, issuedAt: Date, random: Random): Attempt[] {
  const { key, settlement, total, isBankTransfer } = billed;
  const paysInTheEnd = settlement === 'paid' || settlement === 'refunded';
  const failures = paysInTheEnd ? (settlement === 'paid' && random.chance(0.05) ? 1 : 0) : 3;
  const attempts: Attempt[] = [];
  const begin = (at: Date): Pick<Attempt, 'id' | 'at'> => ({
    id: seedId('Transaction', `${key}/${attempts.length}`, at),
    at,
  });

  for (const days of [0, 3, 7].slice(0, failures)) {
    const at = after(issuedAt, days * DAY + MINUTE);
    if (at >= SEED_NOW) return attempts;
    const failureCode = random.pick(DECLINES);
    attempts.push({
      ...begin(at),
      status: 'FAILED',
      endedAt: earlier(after(at, 4_000), SEED_NOW),
      failureCode,
      refund: null,
    });
  }
  const at = after(issuedAt, failures * 2 * DAY + MINUTE);
  if (!paysInTheEnd || at >= SEED_NOW) return attempts;

  const endedAt = after(at, isBankTransfer ? random.between(1, 3) * DAY : random.between(2, 20) * 1_000);
  if (endedAt > SEED_NOW) {
    attempts.push({ ...begin(at), status: 'PROCESSING', endedAt: null, failureCode: null, refund: null });
    return attempts;
  }
  const refund = refundOf(settlement, total, endedAt, random);
  const status = refund?.amount === total ? 'REFUNDED' : 'SUCCEEDED';
  attempts.push({ ...begin(at), status, endedAt, failureCode: null, refund });
  return attempts;
}

function refundOf(settlement: Settlement, total: number, paidAt: Date, random: Random): Attempt['refund'] {
  const kind = settlement === 'refunded' ? 'full' : random.weighted({ none: 96, full: 1.5, partial: 2.5 });
  const at = after(paidAt, random.between(1, 10) * DAY);
  if (kind === 'none' || at > SEED_NOW) return null;
  return { amount: kind === 'full' ? total : Math.round(total / 2), at };
}
