import { randomUUID } from 'node:crypto';
import type * as Payments from '@codezest/db-payments';
import { receiveTold } from './received-events.js';
import type { WaysIn } from './way-in.js';

type PrismaClient = Payments.PrismaClient;
type UserId = Payments.ChosenPaymentMethod['userId'];

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

export interface PaymentRows {
  readonly userId: UserId;
  readonly paymentMethodId: Payments.ChosenPaymentMethod['paymentMethodId'];
  readonly couponCode: string;
}

/** Every free text gets a number of a card once, which must be refused, and otherwise words. */
export function paymentsWaysIn(
  payments: typeof Payments,
  { userId, ...rows }: PaymentRows,
): WaysIn<PrismaClient> {
  let subscription = {} as Payments.Subscription;
  let invoice = {} as Payments.Invoice;
  let transactionId = '' as Payments.ProviderIds['transactionId'];

  return {
    async 'a subscription'(give, client) {
      const metadata = { campaign: give.text('campaign') };
      const started = {
        userId: give.id(userId),
        plan: 'PRO' as const,
        currentPeriodEnd: inDays(30),
        stripeCustomerId: give.text('customer at Stripe', (text) => `cus_${text}`),
        stripeSubscriptionId: give.text('subscription at Stripe', (text) => `sub_${text}`),
        metadata,
      };
      const campaign = give.card('card number in metadata');
      const withCard = { ...started, userId: randomUUID() as UserId, metadata: { campaign } };
      await give.refusal(payments.subscribe(client, withCard));
      subscription = await payments.subscribe(client, started);
      await give.refusal(payments.subscribe(client, started));
      await payments.entitlementOf(client, give.id(userId));
    },
    async 'another plan'(give, client) {
      // Each change is another version, and another plan another subscription.
      const seen = () => ({ subscriptionId: give.id(subscription.id), version: subscription.version });
      const enterprise = { ...seen(), plan: 'ENTERPRISE' as const, currentPeriodEnd: inDays(30) };
      subscription = await payments.changePlan(client, enterprise);
      await give.refusal(payments.changePlan(client, enterprise));
      const renewal = { ...seen(), currentPeriodEnd: inDays(60) };
      subscription = await payments.renewSubscription(client, renewal);
      await give.refusal(payments.renewSubscription(client, renewal));
      subscription = await payments.cancelAt(client, { ...seen(), at: inDays(40) });
      subscription = await payments.cancelAtPeriodEnd(client, seen());
      await payments.expireSubscriptions(client, { graceSeconds: 60 });
    },
    async 'a renewal'(give, client) {
      const cycle = { months: 1, timeZone: 'Europe/Berlin' };
      const own = await payments.subscribe(client, { userId: randomUUID() as UserId, plan: 'PRO', cycle });
      await payments.claimDueRenewals(client, { limit: 10, leaseSeconds: 60 });
      const taken = { subscriptionId: give.id(own.id), claim: 1 };
      await give.refusal(payments.completeRenewal(client, { ...taken, currentPeriodEnd: inDays(60) }));
      await give.refusal(
        payments.failRenewal(client, { ...taken, retryAfterSeconds: [60], givenUp: 'UNPAID' }),
      );
      const period = payments.billingPeriodAt({ anchor: inDays(0), ...cycle }, inDays(1));
      const price = { description: give.text('price of a period'), unitAmount: 1_900, quantity: 1 };
      payments.prorationLines({ period, at: inDays(1), from: price, to: price });
    },
    async 'a price, a change to come and a pause'(give, client) {
      const kind = {
        plan: 'ENTERPRISE' as const,
        interval: 'MONTH' as const,
        intervalCount: 1,
        currency: 'EUR',
      };
      const price = await payments.setPrice(client, {
        ...kind,
        unitAmount: 9_900,
        minQuantity: 1,
        taxIncluded: false,
        validFrom: inDays(-1),
        stripePriceId: give.text('price at Stripe', (text) => `price_${text}`),
      });
      await give.refusal(
        payments.setPrice(client, {
          ...kind,
          unitAmount: 1,
          validFrom: inDays(-1),
          currency: give.text('no currency'),
        }),
      );
      await payments.priceOf(client, { ...kind, quantity: 1, at: inDays(0) });
      await payments.recordPrice(client, {
        ...kind,
        stripePriceId: give.text('price that Stripe tells of', (text) => `price_${text}`),
        unitAmount: 8_900,
        taxIncluded: true,
        createdAt: inDays(-1),
        isActive: true,
      });
      const own = await payments.subscribe(client, {
        ...{ userId: randomUUID() as UserId, plan: 'PRO', currentPeriodEnd: inDays(30) },
      });
      let { version } = own;
      const seen = () => ({ subscriptionId: give.id(own.id), version });
      const change = { plan: 'ENTERPRISE' as const, priceId: give.id(price.id), quantity: 3 };
      ({ version } = await payments.scheduleChange(client, { ...seen(), ...change }));
      ({ version } = await payments.cancelScheduledChange(client, seen()));
      ({ version } = await payments.pauseSubscription(client, { ...seen(), resumesAt: inDays(60) }));
      await payments.resumeSubscription(client, seen());
    },
    async 'a subscription of the provider'(give, client) {
      const told = {
        userId: randomUUID() as UserId,
        stripeSubscriptionId: give.text('subscription that Stripe tells of', (text) => `sub_${text}`),
        stripeCustomerId: give.text('customer that Stripe tells of', (text) => `cus_${text}`),
        plan: 'PRO' as const,
        status: 'ACTIVE' as const,
        startedAt: inDays(-1),
        currentPeriodStart: inDays(-1),
        currentPeriodEnd: inDays(29),
        price: {
          stripePriceId: give.text('price of a subscription at Stripe', (text) => `price_${text}`),
          ...{ interval: 'MONTH' as const, currency: 'eur', unitAmount: 1_900, createdAt: inDays(-9) },
        },
        quantity: 2,
        nextChange: { plan: 'ENTERPRISE' as const, quantity: 3, at: inDays(29) },
        pauseCollection: { behavior: 'VOID' as const, resumesAt: inDays(60) },
      };
      await payments.recordSubscription(client, told);
      await give.refusal(payments.recordSubscription(client, { ...told, userId: randomUUID() as UserId }));
    },
    async 'an invoice'(give, client) {
      const lines = [{ description: give.text('line of an invoice'), unitAmount: 1_900 }];
      const draft = { subscriptionId: give.id(subscription.id), currency: 'EUR', lines };
      const description = give.card('card number on an invoice');
      await give.refusal(
        payments.draftInvoice(client, { ...draft, lines: [{ description, unitAmount: 1_900 }] }),
      );
      await give.refusal(
        payments.draftInvoice(client, { ...draft, currency: give.text('unknown currency') }),
      );
      invoice = await payments.draftInvoice(client, draft);
      await give.refusal(
        payments.redeemCoupon(client, { code: give.text('unknown coupon'), invoiceId: give.id(invoice.id) }),
      );
      await payments.redeemCoupon(client, { code: rows.couponCode, invoiceId: give.id(invoice.id) });
      invoice = await payments.issueInvoice(client, { invoiceId: give.id(invoice.id) });
      const voided = await payments.draftInvoice(client, draft);
      await payments.voidInvoice(client, give.id(voided.id));
      const paid = await payments.draftInvoice(client, draft);
      await payments.issueInvoice(client, { invoiceId: paid.id });
      await payments.markInvoicePaid(client, give.id(paid.id));
    },
    async 'a transaction'(give, client) {
      const attempt = {
        invoiceId: give.id(invoice.id),
        paymentMethodId: give.id(rows.paymentMethodId),
        idempotencyKey: give.text('idempotency key'),
        description: give.text('description'),
      };
      const withCard = give.card('card number in a description');
      await give.refusal(
        payments.recordTransaction(client, {
          ...attempt,
          idempotencyKey: randomUUID(),
          description: withCard,
        }),
      );
      transactionId = (await payments.recordTransaction(client, attempt)).id;
      await give.refusal(
        payments.recordTransaction(client, { ...attempt, idempotencyKey: give.text('second key') }),
      );
      await payments.submitTransaction(client, {
        transactionId: give.id(transactionId),
        stripePaymentIntentId: give.text('intent at Stripe', (text) => `pi_${text}`),
      });
      const failure = {
        transactionId: give.id(transactionId),
        failureCode: give.text('code of a failure'),
        failureMessage: give.card('card number in the message of a failure'),
      };
      await give.refusal(payments.failTransaction(client, failure));
      await payments.failTransaction(client, {
        ...failure,
        failureMessage: give.text('message of a failure'),
      });

      const second = await payments.recordTransaction(client, { ...attempt, idempotencyKey: randomUUID() });
      await payments.succeedTransaction(client, {
        transactionId: give.id(second.id),
        stripeChargeId: give.text('charge at Stripe', (text) => `ch_${text}`),
      });
      const refund = {
        transactionId: give.id(second.id),
        amount: 100,
        idempotencyKey: give.text('key of a refund'),
        stripeRefundId: give.text('refund at Stripe', (text) => `re_${text}`),
        reason: give.text('reason of a refund'),
        failureReason: give.text('failure of a refund'),
      };
      const cardAsReason = give.card('card number as the reason of a refund');
      await give.refusal(payments.refundTransaction(client, { ...refund, reason: cardAsReason }));
      await payments.refundTransaction(client, refund);
      const tooMuch = {
        ...refund,
        amount: 1_000_000,
        idempotencyKey: randomUUID(),
        stripeRefundId: undefined,
      };
      await give.refusal(payments.refundTransaction(client, tooMuch));
      const dispute = {
        transactionId: give.id(second.id),
        stripeDisputeId: give.text('dispute at Stripe', (text) => `du_${text}`),
        amount: 100,
        status: 'LOST' as const,
        reason: give.text('reason of a dispute'),
      };
      const cardInDispute = give.card('card number as the reason of a dispute');
      await give.refusal(payments.recordDispute(client, { ...dispute, reason: cardInDispute }));
      await payments.recordDispute(client, dispute);
      const givenUp = await payments.draftInvoice(client, {
        subscriptionId: give.id(subscription.id),
        currency: 'EUR',
        lines: [{ description: 'Nobody pays for it', unitAmount: 1_900 }],
      });
      await payments.issueInvoice(client, { invoiceId: givenUp.id });
      await payments.markInvoiceUncollectible(client, give.id(givenUp.id));
    },
    async 'an electronic invoice'(give, client) {
      const party = (who: string): Payments.InvoiceParty => ({
        name: give.text(`name of the ${who}`),
        address: {
          street: give.text(`street of the ${who}`),
          city: give.text(`city of the ${who}`),
          country: 'DE',
        },
        vatId: 'DE123456789',
        contact: { name: give.text(`contact of the ${who}`) },
        reference: give.text(`reference of the ${who}`),
      });
      const exemptionReason = give.text('reason of an exemption');
      const draft = await payments.draftInvoice(client, {
        subscriptionId: give.id(subscription.id),
        currency: 'EUR',
        lines: [
          {
            description: 'Schooling',
            unitAmount: 500,
            unitCode: 'HUR',
            vat: { category: 'E', rate: '0', exemptionReason },
          },
        ],
      });
      const invoiceId = give.id(draft.id);
      const note = give.card('card number on an invoice');
      await give.refusal(payments.issueInvoice(client, { invoiceId, note }));
      await payments.issueInvoice(client, {
        invoiceId,
        seller: party('seller'),
        buyer: party('buyer'),
        paymentMeans: { code: '48', last4: '4242' },
        note: give.text('note on an invoice'),
      });
      await payments.invoiceDocument(client, invoiceId);
      await payments.creditInvoice(client, {
        invoiceId,
        key: give.text('key of a credit note'),
        amount: 100,
        note: give.text('reason of a credit note'),
      });
    },
    async 'an idempotency key'(give, client) {
      const request = {
        scope: give.text('scope'),
        key: give.text('key'),
        request: JSON.stringify({ body: give.secret('body of a request') }),
      };
      const claim = await payments.claimIdempotencyKey(client, request);
      await give.refusal(payments.claimIdempotencyKey(client, request));
      if (!claim.claimed) return;
      const number = give.card('card number in an answer');
      await give.refusal(
        payments.answerIdempotencyKey(client, claim, { status: 201, body: { text: number } }),
      );
      await payments.releaseIdempotencyKey(client, claim);
      const again = await payments.claimIdempotencyKey(client, request);
      if (again.claimed)
        await payments.answerIdempotencyKey(client, again, {
          status: 201,
          body: { text: give.text('answer') },
        });
    },
    async 'an event of Stripe'(give, client) {
      const event = {
        id: give.text('event', (text) => `evt_${text}`) as Payments.ReceivedStripeEvent['id'],
        type: give.text('type of an event'),
        livemode: false,
        occurredAt: new Date(),
        objectId: give.text('object of an event'),
      };
      const payload = give.secret('payload of an event');
      await give.refusal(
        payments.applyStripeEvent(
          client,
          event,
          (transaction) => transaction.$queryRaw`SELECT ${payload}::text::int`,
        ),
      );
      await payments.applyStripeEvent(client, event, async () => payload);
      await payments.applyStripeObject(client, event, {
        retrieve: async () => payload,
        apply: async () => payload,
      });
    },
    async 'money and cards'(give, client) {
      const unit = { code: 'EUR' as Payments.CurrencyUnit['code'], exponent: 2 };
      await payments.setDefaultPaymentMethod(client, {
        userId: give.id(userId),
        paymentMethodId: give.id(rows.paymentMethodId),
      });
      await give.refusal(attempt(() => payments.parseAmount(give.card('card number as an amount'), unit)));
      await give.refusal(attempt(() => payments.percentageOf(100, give.text('no percentage'))));
      payments.formatAmount(payments.parseAmount('1.00', unit), unit);
      payments.percentageOf(100, '19');
      payments.fromProviderAmount(payments.toProviderAmount(100, unit), unit);
      await give.refusal(attempt(() => payments.includedTax(100, give.text('no percentage of a price'))));
      payments.includedTax(100, '19');
      payments.netAmounts([100], '19');
    },
    async 'what the others are told'(give, client) {
      const { id, version, plan, status } = subscription;
      const event = {
        type: 'entitlement.changed' as const,
        version: 1 as const,
        aggregateType: 'payments.entitlement' as const,
        aggregateId: give.id(userId),
        aggregateVersion: version,
        traceContext: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        payload: {
          userId: give.id(userId),
          subscriptionId: give.id(id),
          plan,
          status,
          validUntil: null,
          version,
        },
      };
      await client.$transaction((open) => payments.publish(open, event));
      await payments.deleteDeliveredEvents(client, { batch: 100 });
    },
    async 'the end of a subscription'(give, client) {
      const { id, version } = subscription;
      await payments.endSubscription(client, { subscriptionId: give.id(id), version, status: 'CANCELED' });
    },
    async 'what others tell'(give, client) {
      const newcomer = randomUUID();
      await receiveTold(payments, client, give, {
        type: 'user.registered',
        aggregateType: 'auth.user',
        aggregateId: newcomer,
        payload: { userId: give.id(newcomer), role: 'STUDENT' },
      });
    },
    async 'the rights of a person'(give, client) {
      const person = randomUUID() as Parameters<typeof Payments.exportUser>[1];
      await payments.exportUser(client, give.id(person), () => undefined);
      // Only the owner of the tables may; what a service is told is printed where it is not.
      await payments
        .eraseUser(client, {
          userId: person,
          requestId: randomUUID() as Parameters<typeof Payments.eraseUser>[1]['requestId'],
        })
        .catch(() => undefined);
    },
  };
}

/** What throws at once, as what rejects. */
async function attempt<Result>(work: () => Result): Promise<Result> {
  return work();
}
