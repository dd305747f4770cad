import {
  call,
  changed,
  day,
  type History,
  isIn,
  type Model,
  type Row,
  type Rows,
  SOME,
} from '@codezest/constraint-tests';
import type { SubscriptionId, UserId } from '@codezest/db-types';
import fc from 'fast-check';
import {
  cancelAt,
  cancelAtPeriodEnd,
  changePlan,
  endSubscription,
  expireSubscriptions,
  type PlanChoice,
  type PrismaClient,
  renewSubscription,
  type SubscriptionStatus,
  subscribe,
} from '../../src/index.js';
import { asText, isBefore, now, overlaps } from './times.js';

export interface Customer extends History {
  readonly userId: UserId;
}

export const isLive = isIn<SubscriptionStatus>(
  'ACTIVE',
  'TRIALING',
  'PAST_DUE',
  'PAUSED',
  'UNPAID',
  'INCOMPLETE',
);

/** Whether the caller's copy of the subscription is as it stands. */
type Version = 'read' | 'stale';

/** What each function must make of a user's subscriptions. */
export function subscriptionCalls(client: () => PrismaClient): Model<Customer>['calls'] {
  const asRead = ({ row, args }: { row: Row; args: { version: Version } }) => ({
    subscriptionId: row.id as SubscriptionId,
    version: args.version === 'read' ? Number(row.version) : Number(row.version) + 7,
  });
  /** What every change of a subscription that was read before asks first. */
  const refusalOf = ({ row, args }: { row: Row; args: { version: Version } }): string | undefined => {
    if (args.version === 'stale') return 'VERSION_CONFLICT';
    return isLive(row) ? undefined : 'SUBSCRIPTION_ENDED';
  };

  return {
    subscribe: call<Customer, PlanChoice>({
      arguments: planChoice,
      expected: ({ rows, args }) =>
        started(rows, args, Math.max(-1, ...rows.map(({ version }) => Number(version))) + 1),
      run: ({ history: { userId }, args }) => subscribe(client(), { userId, ...args }),
    }),
    changePlan: call<Customer, { version: Version; choice: PlanChoice }>({
      arguments: fc.record({ version, choice: planChoice }),
      expected(called) {
        const { row, args } = called;
        const { plan, currentPeriodEnd, trialEndsAt } = args.choice;
        const end = trialEndsAt ?? currentPeriodEnd;
        const isSame =
          row.plan === plan &&
          (end === undefined || row.current_period_end === null || row.current_period_end === asText(end));
        const refused = refusalOf(called) ?? (isSame ? 'PLAN_UNCHANGED' : undefined);
        if (refused !== undefined) return refused;
        const over = { status: 'CANCELED', ...endedAs(row, 'CANCELED'), version: Number(row.version) + 1 };
        // A payment that is due stays due.
        const status = plan === 'FREE' || row.status === 'TRIALING' ? 'ACTIVE' : String(row.status);
        return started(changed(called, over), args.choice, Number(row.version) + 2, status);
      },
      run: (called) => changePlan(client(), { ...asRead(called), ...called.args.choice }),
    }),
    cancelAtPeriodEnd: call<Customer, { version: Version }>({
      arguments: fc.record({ version }),
      expected(called) {
        const { current_period_end, canceled_at, version } = called.row;
        const refused = refusalOf(called);
        if (refused !== undefined) return refused;
        if (current_period_end === null) return 'PERIOD_INVALID';
        if (!isBefore(now(), current_period_end)) {
          const over = {
            status: 'CANCELED',
            ...endedAs(called.row, 'CANCELED'),
            cancel_at_period_end: false,
          };
          return changed(called, { ...over, version: Number(version) + 1 });
        }
        return changed(called, {
          cancel_at_period_end: true,
          canceled_at: canceled_at ?? SOME,
          valid_until: current_period_end ?? null,
          version: Number(version) + 1,
        });
      },
      run: (called) => cancelAtPeriodEnd(client(), asRead(called)),
    }),
    cancelAt: call<Customer, { version: Version; at: string }>({
      arguments: fc.record({ version, at: fc.constantFrom(day('2088-01-01'), day('2020-01-01')) }),
      expected(called) {
        const { row, args } = called;
        const refused = refusalOf(called);
        if (refused !== undefined) return refused;
        if (!isBefore(now(), args.at)) return 'PERIOD_INVALID';
        return changed(called, {
          cancel_at_period_end: false,
          canceled_at: row.canceled_at ?? SOME,
          valid_until: args.at,
          version: Number(row.version) + 1,
        });
      },
      run: (called) => cancelAt(client(), { ...asRead(called), at: new Date(called.args.at) }),
    }),
    renewSubscription: call<Customer, { version: Version; start?: string; end: string }>({
      arguments: fc.record(
        {
          version,
          start: fc.constantFrom(day('2020-02-01'), day('2091-01-01')),
          end: fc.constantFrom(day('2095-01-01'), day('2095-01-01'), day('2021-02-01')),
        },
        { requiredKeys: ['version', 'end'] },
      ),
      expected(called) {
        const { row, args } = called;
        const refused = refusalOf(called);
        if (refused !== undefined) return refused;
        if (row.cancel_at_period_end === true) return 'SUBSCRIPTION_CANCELED';
        const begins = args.start ?? row.current_period_end ?? null;
        const from = row.status === 'TRIALING' ? row.started_at : row.current_period_end;
        if (row.current_period_end === null || !isBefore(from ?? null, begins, row.status !== 'TRIALING'))
          return 'PERIOD_INVALID';
        if (!isBefore(begins, args.end)) return 'PERIOD_INVALID';
        const trial =
          row.status === 'TRIALING' && isBefore(begins, row.trial_ends_at ?? null)
            ? begins
            : row.trial_ends_at;
        const isShorter = trial !== row.trial_ends_at;
        const began = called.rows.some(({ id, trial_ends_at }) => id !== row.id && trial_ends_at !== null);
        return changed(called, {
          status: 'ACTIVE',
          is_further_trial: row.is_further_trial === true || (isShorter && began),
          current_period_start: begins,
          current_period_end: args.end,
          trial_ends_at: trial ?? null,
          version: Number(row.version) + 1,
        });
      },
      run: (called) =>
        renewSubscription(client(), {
          ...asRead(called),
          currentPeriodEnd: new Date(called.args.end),
          ...(called.args.start === undefined ? {} : { currentPeriodStart: new Date(called.args.start) }),
        }),
    }),
    endSubscription: call<Customer, { version: Version; status: 'CANCELED' | 'EXPIRED' }>({
      arguments: fc.record({ version, status: fc.constantFrom('CANCELED' as const, 'EXPIRED' as const) }),
      expected(called) {
        const { row, args } = called;
        return (
          refusalOf(called) ??
          changed(called, {
            status: args.status,
            ...endedAs(row, args.status),
            version: Number(row.version) + 1,
          })
        );
      },
      run: (called) => endSubscription(client(), { ...asRead(called), status: called.args.status }),
    }),
    expireSubscriptions: call<Customer, undefined>({
      expected({ rows }) {
        return rows.map((row) => {
          const isOver = isBefore(row.valid_until ?? '9999', now());
          const isUnpaid = isBefore(row.current_period_end ?? '9999', now()) && row.status !== 'PAUSED';
          if (!isLive(row) || !(isOver || isUnpaid)) return row;
          const unpaid = row.status === 'INCOMPLETE' ? 'INCOMPLETE_EXPIRED' : 'EXPIRED';
          return {
            ...row,
            status: row.canceled_at === null ? unpaid : 'CANCELED',
            valid_until: endOf(row),
            version: Number(row.version) + 1,
          };
        });
      },
      // Until none is left: other histories have left some behind.
      async run() {
        while ((await expireSubscriptions(client(), { graceSeconds: 60 })).length > 0);
      },
    }),
  };
}

const version = fc.constantFrom<Version>('read', 'read', 'read', 'stale');
const planChoice: fc.Arbitrary<PlanChoice> = fc.oneof(
  fc.constant({ plan: 'FREE' as const }),
  fc.record(
    {
      plan: fc.constantFrom('PRO' as const, 'ENTERPRISE' as const),
      currentPeriodEnd: fc.constantFrom(
        new Date('2090-01-01'),
        new Date('2090-01-01'),
        new Date('2020-01-01'),
      ),
      trialEndsAt: fc.constantFrom(new Date('2089-01-01'), new Date('2020-01-01')),
    },
    { requiredKeys: ['plan', 'currentPeriodEnd'] },
  ),
);

/** What a subscription that begins now adds to the rows, or why it cannot. */
function started(rows: Rows, choice: PlanChoice, version: number, status = 'ACTIVE'): string | Rows {
  const { plan, trialEndsAt } = choice;
  const currentPeriodEnd = trialEndsAt ?? choice.currentPeriodEnd;
  const begun = {
    id: SOME,
    status: trialEndsAt === undefined ? status : 'TRIALING',
    plan,
    started_at: SOME,
    valid_until: null,
    current_period_start: currentPeriodEnd === undefined ? null : SOME,
    current_period_end: currentPeriodEnd === undefined ? null : asText(currentPeriodEnd),
    trial_ends_at: trialEndsAt === undefined ? null : asText(trialEndsAt),
    is_further_trial: false,
    cancel_at_period_end: false,
    canceled_at: null,
    version,
  };
  if (!isBefore(now(), begun.current_period_end) || !isBefore(now(), begun.trial_ends_at))
    return 'PERIOD_INVALID';
  // One that has just been ended makes room.
  const others = rows.filter(({ valid_until }) => valid_until !== SOME);
  const stretch = { started_at: now(), valid_until: null };
  if (others.some(isLive)) return 'SUBSCRIPTION_EXISTS';
  // Where both are so, the constraint that was made first is the one that refuses.
  if (others.some((row) => overlaps(row, stretch))) return 'SUBSCRIPTION_EXISTS';
  const { trial_ends_at: trial } = begun;
  const isOther = (row: Row) =>
    row.trial_ends_at !== null && row.is_further_trial !== true && row.trial_ends_at !== trial;
  if (trial !== null && rows.some(isOther)) return 'TRIAL_USED';
  return [...rows, begun];
}

/** When a subscription ends that a function ends now: never later than it would have anyway. */
function endOf({ valid_until = null }: Row): string {
  return valid_until !== null && isBefore(valid_until, now()) ? String(valid_until) : SOME;
}

function endedAs(row: Row, status: string): Row {
  const { canceled_at = null } = row;
  return {
    valid_until: endOf(row),
    canceled_at: status === 'CANCELED' ? (canceled_at ?? endOf(row)) : canceled_at,
  };
}
