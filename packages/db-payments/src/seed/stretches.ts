import { after, DAY, HOUR, type Person, Random, SEED_NOW, seedId } from '@codezest/db-core/seed';
import type { SubscriptionId, SubscriptionPlan, SubscriptionStatus } from '@codezest/db-types';
import type { SubscriptionMetadata } from '../json-types.js';
import { billingPeriod, type Period, periodsUntil } from './periods.js';

/** What became of the invoice of a period. */
export type Settlement = 'paid' | 'unpaid' | 'voided' | 'refunded' | 'upcoming';

/** One subscription of a person, with the periods that were billed. */
export interface Stretch {
  readonly id: SubscriptionId;
  readonly plan: SubscriptionPlan;
  readonly status: SubscriptionStatus;
  readonly startedAt: Date;
  readonly validUntil: Date | null;
  readonly period: Period | null;
  readonly trialEndsAt: Date | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly canceledAt: Date | null;
  readonly metadata: SubscriptionMetadata;
  readonly billed: readonly { readonly period: Period; readonly settlement: Settlement }[];
}

const TRIAL = 14 * DAY;
const NAMED_PEOPLE = 8;

/** A person's subscriptions, oldest first: FREE from joining on, a paid one where the cast says so, sometimes one that is over. */
export function stretchesOf(person: Person): Stretch[] {
  const random = new Random('subscription', person.index);
  if (person.plan !== 'FREE' && person.paidSince) {
    const before = person.paidSince.getTime() - person.joinedAt.getTime() >= HOUR;
    return [
      ...(before ? [freeStretch(person, 0, person.joinedAt, person.paidSince)] : []),
      runningStretch(person, person.plan, person.paidSince, random),
    ];
  }
  const paidFrom = after(person.joinedAt, random.between(5, 30) * DAY);
  const hadTime = SEED_NOW.getTime() - paidFrom.getTime() > 80 * DAY;
  if (!hadTime || person.persona === 'staff' || !random.chance(person.index < NAMED_PEOPLE ? 1 : 0.15)) {
    return [freeStretch(person, 0, person.joinedAt, null)];
  }
  const lapsed = lapsedStretch(person, paidFrom, random);
  return [
    freeStretch(person, 0, person.joinedAt, paidFrom),
    lapsed,
    freeStretch(person, 1, lapsed.validUntil ?? SEED_NOW, null),
  ];
}

function stretch(
  person: Person,
  n: string,
  values: Pick<Stretch, 'plan' | 'status' | 'startedAt'> & Partial<Stretch>,
): Stretch {
  return {
    id: seedId('Subscription', `${person.index}/${n}`, values.startedAt),
    validUntil: null,
    period: null,
    trialEndsAt: null,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    metadata: { origin: values.plan === 'FREE' ? 'SIGN_UP' : 'CHECKOUT' },
    billed: [],
    ...values,
  };
}

/** Not billed; ends in the moment in which a paid one begins. */
function freeStretch(person: Person, n: number, startedAt: Date, until: Date | null): Stretch {
  return stretch(person, `free/${n}`, {
    plan: 'FREE',
    startedAt,
    ...(until ? { status: 'CANCELED', validUntil: until, canceledAt: until } : { status: 'ACTIVE' }),
  });
}

function runningStretch(person: Person, plan: SubscriptionPlan, startedAt: Date, random: Random): Stretch {
  const trialEnd = after(startedAt, TRIAL);
  // Whoever came within the length of a trial is in one, so that the small cast has one too.
  const hasTrial = plan === 'PRO' && (random.chance(0.5) || trialEnd > SEED_NOW);
  const trialEndsAt = hasTrial ? trialEnd : null;
  const paid = { plan, startedAt, trialEndsAt };
  if (trialEndsAt && trialEndsAt > SEED_NOW) {
    return stretch(person, 'paid', {
      ...paid,
      status: 'TRIALING',
      period: { start: startedAt, end: trialEndsAt },
    });
  }
  const anchor = trialEndsAt ?? startedAt;
  const periods = periodsUntil(anchor, SEED_NOW);
  const current = periods.at(-1) ?? billingPeriod(anchor, 0);
  const earlier = periods.slice(0, -1);
  const billed = (list: Period[], settlement: Settlement) => list.map((period) => ({ period, settlement }));
  const standing =
    person.index < NAMED_PEOPLE || earlier.length === 0
      ? 'ACTIVE'
      : random.weighted({ ACTIVE: 86, ENDING: 6, PAST_DUE: 5, PAUSED: 3 });

  switch (standing) {
    case 'ENDING':
      return stretch(person, 'paid', {
        ...paid,
        status: 'ACTIVE',
        period: current,
        cancelAtPeriodEnd: true,
        canceledAt: after(current.start, random.next() * (SEED_NOW.getTime() - current.start.getTime())),
        validUntil: current.end,
        metadata: {
          origin: 'CHECKOUT',
          cancellationReason: random.pick(['TOO_EXPENSIVE', 'COURSE_COMPLETED']),
        },
        billed: billed(periods, 'paid'),
      });
    case 'PAST_DUE':
      return stretch(person, 'paid', {
        ...paid,
        status: 'PAST_DUE',
        period: current,
        billed: [...billed(earlier, 'paid'), ...billed([current], 'unpaid')],
      });
    case 'PAUSED':
      return stretch(person, 'paid', {
        ...paid,
        status: 'PAUSED',
        period: earlier.at(-1) ?? current,
        billed: billed(earlier, 'paid'),
      });
    default: {
      const renewsSoon = current.end.getTime() - SEED_NOW.getTime() < 3 * DAY;
      const next = billingPeriod(anchor, periods.length);
      return stretch(person, 'paid', {
        ...paid,
        status: 'ACTIVE',
        period: current,
        billed: [...billed(periods, 'paid'), ...billed(renewsSoon ? [next] : [], 'upcoming')],
      });
    }
  }
}

/** A PRO subscription that is over, within eighty days. */
function lapsedStretch(person: Person, startedAt: Date, random: Random): Stretch {
  const first = billingPeriod(startedAt, 0);
  const second = billingPeriod(startedAt, 1);
  const paid = { plan: 'PRO', startedAt } as const;

  switch (random.weighted({ TRIAL_ENDED: 30, CANCELED: 40, UNPAID: 20, REFUNDED: 10 })) {
    case 'TRIAL_ENDED': {
      const end = after(startedAt, TRIAL);
      const trial = { period: { start: startedAt, end }, trialEndsAt: end, validUntil: end };
      return stretch(person, 'paid', { ...paid, ...trial, status: 'EXPIRED' });
    }
    case 'UNPAID':
      return stretch(person, 'paid', {
        ...paid,
        status: 'EXPIRED',
        period: second,
        validUntil: after(second.start, TRIAL),
        billed: [
          { period: first, settlement: 'paid' },
          { period: second, settlement: 'voided' },
        ],
      });
    case 'REFUNDED': {
      const end = after(startedAt, random.between(1, 10) * DAY);
      return stretch(person, 'paid', {
        ...paid,
        status: 'CANCELED',
        period: first,
        validUntil: end,
        canceledAt: end,
        metadata: { origin: 'CHECKOUT', cancellationReason: 'NOT_USED' },
        billed: [{ period: first, settlement: 'refunded' }],
      });
    }
    default:
      return stretch(person, 'paid', {
        ...paid,
        status: 'CANCELED',
        period: second,
        validUntil: second.end,
        cancelAtPeriodEnd: true,
        canceledAt: after(second.start, random.between(1, 20) * DAY),
        metadata: {
          origin: 'CHECKOUT',
          cancellationReason: random.pick(['NOT_USED', 'TOO_EXPENSIVE', 'OTHER']),
        },
        billed: [first, second].map((period) => ({ period, settlement: 'paid' })),
      });
  }
}
