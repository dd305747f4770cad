import type { Dispute, Intent, Outcome, Refund, Subscription } from './objects.js';
import type { Customer } from './service.js';
import type { StripeAccount } from './stripe.js';

export const OUTCOMES: readonly Outcome[] = ['succeeded', 'declined', 'requires_action', 'processing'];

type Pick = <Value>(values: readonly Value[]) => Value;

/** Something happens at Stripe that nobody here has asked for. */
export function move(
  stripe: StripeAccount,
  { userId }: Customer,
  pick: Pick,
  chance: (percent: number) => boolean,
): string {
  const moves: (() => string)[] = [];
  for (const intent of stripe.intents) moves.push(...movesOfIntent(stripe, intent, pick, chance));
  for (const refund of stripe.refunds) moves.push(...movesOfRefund(stripe, refund, pick));
  for (const dispute of stripe.disputes) moves.push(...movesOfDispute(stripe, dispute, pick));
  for (const charge of stripe.charges.filter(({ status }) => status === 'succeeded')) {
    const { payment_intent, amount } = charge;
    const left = stripe.refundable(charge);
    const isDisputed = stripe.disputes.some((dispute) => dispute.charge === charge.id);
    if (left > 0 && !isDisputed) {
      const part = () => pick([left, Math.min(left, 500), 1]);
      moves.push(() => {
        const made = { payment_intent, amount: part(), metadata: {} };
        stripe.createRefund(undefined, made, pick(['succeeded', 'pending', 'requires_action'] as const));
        return 'refund by hand';
      });
      moves.push(() => {
        stripe.openDispute(
          charge,
          pick([amount, left, 1]),
          pick(['needs_response', 'warning_needs_response'] as const),
        );
        return 'dispute';
      });
    }
  }
  const subscription = stripe.subscriptions.at(-1);
  const begin = () => {
    stripe.now += 1;
    stripe.subscribe(
      userId,
      pick(['PRO', 'ENTERPRISE'] as const),
      pick(['active', 'trialing', 'incomplete'] as const),
    );
    return 'subscribe';
  };
  const isOver = subscription === undefined || subscription.ended_at !== null;
  const ofSubscription = isOver ? [begin] : movesOfSubscription(stripe, subscription, pick);
  if (moves.length === 0 || chance(40)) return pick(ofSubscription)();
  return pick(moves)();
}

function movesOfIntent(
  stripe: StripeAccount,
  intent: Intent,
  pick: Pick,
  chance: (percent: number) => boolean,
) {
  const confirm = () => {
    const outcome = pick(OUTCOMES);
    stripe.confirm(intent, outcome);
    return `${intent.id} again: ${outcome}`;
  };
  const cancel = () => {
    stripe.cancelIntent(intent);
    return `${intent.id} canceled`;
  };
  const authenticate = () => {
    if (chance(30)) stripe.failAuthentication(intent);
    else stripe.confirm(intent, pick(['succeeded', 'declined', 'processing'] as const));
    return `${intent.id} authenticated: ${intent.status}`;
  };
  const settle = () => {
    stripe.settle(intent, chance(70));
    return `${intent.id} settled: ${intent.status}`;
  };
  if (intent.status === 'requires_payment_method') return [confirm, confirm, cancel];
  if (intent.status === 'requires_action') return [authenticate, authenticate, cancel];
  return intent.status === 'processing' ? [settle] : [];
}

function movesOfRefund(stripe: StripeAccount, refund: Refund, pick: Pick) {
  const next: Record<string, string[]> = {
    pending: ['succeeded', 'succeeded', 'failed'],
    requires_action: ['pending', 'succeeded', 'failed', 'canceled'],
    succeeded: ['failed'],
  };
  const to = next[String(refund.status)];
  if (to === undefined) return [];
  return [
    () => {
      stripe.moveRefund(refund, pick(to));
      return `${refund.id} ${refund.status}`;
    },
  ];
}

function movesOfDispute(stripe: StripeAccount, dispute: Dispute, pick: Pick) {
  const next: Partial<Record<Dispute['status'], Dispute['status'][]>> = {
    warning_needs_response: ['warning_under_review', 'warning_closed', 'needs_response'],
    warning_under_review: ['warning_closed', 'needs_response'],
    needs_response: ['under_review', 'won', 'lost'],
    under_review: ['won', 'lost'],
    lost: ['won'],
  };
  const to = next[dispute.status];
  if (to === undefined) return [];
  return [
    () => {
      stripe.moveDispute(dispute, pick(to));
      return `${dispute.id} ${dispute.status}`;
    },
  ];
}

function movesOfSubscription(stripe: StripeAccount, subscription: Subscription, pick: Pick) {
  const to = (status: Subscription['status']) => () => {
    stripe.moveSubscription(subscription, status);
    return `subscription ${status}`;
  };
  const renew = (status: 'active' | 'past_due' | 'paused') => () => {
    stripe.renew(subscription, status);
    return `renewed: ${status}`;
  };
  const released = () => {
    stripe.release(subscription);
    return 'the schedule is released';
  };
  const proposed = () => {
    stripe.proposeUpdate(subscription, 2500, pick([1, 2]));
    return 'an update waits for its payment';
  };
  const settled = () => {
    stripe.settleUpdate(subscription, pick([true, false]));
    return 'the update is paid or dropped';
  };
  const changes = [
    () => {
      stripe.changePlan(subscription);
      return 'another plan';
    },
    () => {
      stripe.cancelAt(subscription, pick(['period_end', 86_400] as const));
      return 'canceled to a day';
    },
    () => {
      stripe.keep(subscription);
      return 'kept';
    },
    () => {
      stripe.grantTrial(subscription);
      return 'another trial';
    },
    () => {
      stripe.changePrice(subscription, pick([1500, 1900, 0]), pick([1, 3]));
      return 'another price';
    },
    () => {
      stripe.schedule(subscription, pick(['PRO', 'ENTERPRISE']), pick([1, 5]));
      return 'a change at the end of the period';
    },
    ...(subscription.schedule === null ? [] : [released]),
    ...(subscription.pending_update === null ? [proposed] : [settled]),
    () => {
      const resumes_at = pick([null, stripe.now + 86_400]);
      const behavior = pick(['keep_as_draft', 'mark_uncollectible', 'void'] as const);
      stripe.pauseCollection(subscription, pick([null, { behavior, resumes_at }]));
      return 'collection paused or resumed';
    },
  ];
  // The day to which it was canceled has come.
  if (subscription.cancel_at !== null && subscription.cancel_at <= stripe.now) return [to('canceled')];
  switch (subscription.status) {
    case 'incomplete':
      return [to('active'), to('incomplete_expired')];
    case 'trialing':
      return [renew('active'), renew('past_due'), renew('paused'), to('canceled'), ...changes];
    case 'active':
      return [renew('active'), renew('past_due'), to('paused'), to('canceled'), ...changes];
    case 'past_due':
      return [to('active'), to('unpaid'), to('canceled'), ...changes];
    case 'unpaid':
      return [to('active'), to('canceled')];
    default:
      return [renew('active'), to('canceled')];
  }
}
