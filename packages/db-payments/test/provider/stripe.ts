import {
  type Charge,
  type Dispute,
  type Intent,
  newId,
  OPEN_DISPUTE,
  type Outcome,
  type Refund,
  Refused,
} from './objects.js';
import { SubscriptionsAtStripe } from './subscriptions-at-stripe.js';

/** One account at Stripe, with what has happened in it. */
export class StripeAccount extends SubscriptionsAtStripe {
  readonly intents: Intent[] = [];
  readonly charges: Charge[] = [];
  readonly refunds: Refund[] = [];
  readonly disputes: Dispute[] = [];
  private readonly answers = new Map<string, { readonly answer?: unknown; readonly refusal?: unknown }>();

  // Payment intents

  /** POST /v1/payment_intents with confirm: a decline is an answer as well, with the intent in it. */
  createIntent(
    key: string,
    given: { amount: number; metadata: Record<string, string> },
    outcome: Outcome,
  ): Intent {
    return this.once(key, () => {
      const intent: Intent = {
        id: newId('pi'),
        amount: given.amount,
        currency: 'eur',
        metadata: given.metadata,
        status: 'requires_payment_method',
        cancellation_reason: null,
        latest_charge: null,
        last_payment_error: null,
      };
      this.intents.push(intent);
      this.tell('payment_intent.created', intent);
      this.confirm(intent, outcome);
      return structuredClone(intent);
    });
  }

  confirm(intent: Intent, outcome: Outcome): void {
    intent.last_payment_error = null;
    if (outcome === 'requires_action') {
      intent.status = 'requires_action';
      this.tell('payment_intent.requires_action', intent);
      return;
    }
    const charge: Charge = {
      id: newId('ch'),
      payment_intent: intent.id,
      amount: intent.amount,
      currency: intent.currency,
      metadata: { ...intent.metadata },
      status: 'pending',
      failure_code: null,
    };
    this.charges.push(charge);
    intent.latest_charge = charge.id;
    if (outcome === 'processing') {
      intent.status = 'processing';
      this.tell('charge.pending', charge);
      this.tell('payment_intent.processing', intent);
    } else this.settle(intent, outcome === 'succeeded');
  }

  /** The bank decides on the charge that is under way. */
  settle(intent: Intent, isPaid: boolean): void {
    const charge = this.charges.find(({ id }) => id === intent.latest_charge) as Charge;
    charge.status = isPaid ? 'succeeded' : 'failed';
    charge.failure_code = isPaid ? null : 'card_declined';
    this.tell(isPaid ? 'charge.succeeded' : 'charge.failed', charge);
    intent.status = isPaid ? 'succeeded' : 'requires_payment_method';
    intent.last_payment_error = isPaid ? null : { code: 'card_declined', charge: charge.id };
    this.tell(isPaid ? 'payment_intent.succeeded' : 'payment_intent.payment_failed', intent);
  }

  /** 3-D Secure has failed: no bank was asked for money. */
  failAuthentication(intent: Intent): void {
    intent.status = 'requires_payment_method';
    intent.last_payment_error = { code: 'payment_intent_authentication_failure' };
    this.tell('payment_intent.payment_failed', intent);
  }

  cancelIntent(intent: Intent): void {
    intent.status = 'canceled';
    intent.cancellation_reason = 'abandoned';
    this.tell('payment_intent.canceled', intent);
  }

  // Refunds and disputes

  /** POST /v1/refunds; without a key from the dashboard. */
  createRefund(
    key: string | undefined,
    given: { payment_intent: string; amount: number; metadata: Record<string, string> },
    status: 'succeeded' | 'pending' | 'requires_action',
  ): Refund {
    return this.once(key, () => {
      const isPaid = ({ payment_intent, status: is }: Charge) =>
        payment_intent === given.payment_intent && is === 'succeeded';
      const charge = this.charges.find(isPaid);
      if (charge === undefined) throw new Refused('charge_not_succeeded');
      if (given.amount > this.refundable(charge)) throw new Refused('charge_already_refunded');
      if (
        this.disputes.some((dispute) => dispute.charge === charge.id && OPEN_DISPUTE.includes(dispute.status))
      )
        throw new Refused('charge_disputed');
      const { payment_intent, amount, metadata } = given;
      const refund: Refund = {
        id: newId('re'),
        charge: charge.id,
        payment_intent,
        amount,
        metadata,
        status,
      };
      this.refunds.push(refund);
      this.tell('refund.created', refund);
      this.tell('charge.refunded', charge);
      return structuredClone(refund);
    });
  }

  refundable({ id, amount }: Charge): number {
    return this.refunds
      .filter(({ charge, status }) => charge === id && status !== 'failed' && status !== 'canceled')
      .reduce((left, refund) => left - refund.amount, amount);
  }

  moveRefund(refund: Refund, status: string): void {
    this.now += 1;
    refund.status = status;
    if (status === 'failed') refund.failure_reason = 'lost_or_stolen_card';
    this.tell('refund.updated', refund);
    this.tell('charge.refund.updated', refund);
    if (status === 'failed') this.tell('refund.failed', refund);
  }

  openDispute(charge: Charge, amount: number, status: 'needs_response' | 'warning_needs_response'): void {
    const { id, payment_intent } = charge;
    const dispute: Dispute = {
      id: newId('du'),
      charge: id,
      payment_intent,
      amount,
      status,
      reason: 'fraudulent',
    };
    this.disputes.push(dispute);
    this.tell('charge.dispute.created', dispute);
    if (status === 'needs_response') this.tell('charge.dispute.funds_withdrawn', dispute);
  }

  moveDispute(dispute: Dispute, status: Dispute['status']): void {
    this.now += 1;
    dispute.status = status;
    const isClosed = status === 'won' || status === 'lost' || status === 'warning_closed';
    this.tell(isClosed ? 'charge.dispute.closed' : 'charge.dispute.updated', dispute);
    if (status === 'won') this.tell('charge.dispute.funds_reinstated', dispute);
  }

  private once<Answer>(key: string | undefined, act: () => Answer): Answer {
    const known = key === undefined ? undefined : this.answers.get(key);
    if (known?.refusal !== undefined) throw known.refusal;
    if (known !== undefined) return known.answer as Answer;
    try {
      const answer = act();
      if (key !== undefined) this.answers.set(key, { answer });
      return answer;
    } catch (refusal) {
      if (key !== undefined) this.answers.set(key, { refusal });
      throw refusal;
    }
  }
}
