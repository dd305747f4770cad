import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { draftInvoice, issueInvoice, type PrismaClient, subscribe } from '../../src/index.js';
import { newUser } from '../fixtures.js';
import { Crash, crashingClient } from './crashes.js';
import { move, OUTCOMES } from './moves.js';
import type { Event } from './objects.js';
import { type Customer, PaymentUnknown, type Request, receive, serve } from './service.js';
import { StripeAccount } from './stripe.js';

/** A choice of the history; fast-check makes it, and makes it again from the same seed. */
export type Choose = <Value>(arbitrary: () => fc.Arbitrary<Value>) => Value;

/** Of which a service gets to hear; those of charges say the same again. */
const ENDPOINTS = [/^(payment_intent|refund|charge\.dispute|customer|subscription_schedule)\./, /./] as const;
/** Refusals that a customer's request may meet, because something else has happened meanwhile. */
const REFUSALS = ['PAYMENT_IN_FLIGHT', 'INVOICE_NOT_PAYABLE', 'ILLEGAL_TRANSITION', 'REFUND_EXCEEDS_PAYMENT'];
const MOST_STATEMENTS = 12;

export interface Played {
  readonly stripe: StripeAccount;
  readonly customer: Customer;
  /** Events that never could be processed, with why. */
  readonly unprocessed: readonly string[];
  readonly crashes: number;
  readonly deliveries: number;
  readonly log: readonly string[];
}

/** One customer's history at Stripe, and all that the service is told of it, in any order, and more than once. */
export async function play(client: PrismaClient, choose: Choose): Promise<Played> {
  const stripe = new StripeAccount();
  const customer = await newCustomer(client, choose);
  const endpoint = choose(() => fc.constantFrom(...ENDPOINTS));
  const requests: Request[] = [];
  const unanswered = new Set<Request>();
  const log: string[] = [];
  const mailbox: Event[] = [];
  const problems = new Map<Event, string>();
  let [posted, crashes, deliveries] = [0, 0, 0];

  const pick = <Value>(values: readonly Value[]): Value =>
    values[choose(() => fc.nat({ max: values.length - 1 }))] as Value;
  const chance = (percent: number): boolean => choose(() => fc.integer({ min: 1, max: 100 })) <= percent;
  const crashesAt = (): number | undefined =>
    chance(20) ? choose(() => fc.nat({ max: MOST_STATEMENTS })) : undefined;

  /** What has happened at Stripe since is posted, each event up to four times, and the mailbox is shuffled. */
  const post = () => {
    for (const event of stripe.events.slice(posted).filter(({ type }) => endpoint.test(type)))
      for (let copies = choose(() => fc.constantFrom(1, 1, 1, 2, 3, 4)); copies > 0; copies -= 1)
        mailbox.splice(
          choose(() => fc.nat({ max: mailbox.length })),
          0,
          event,
        );
    posted = stripe.events.length;
  };

  const deliver = async (event: Event, at: number | undefined): Promise<void> => {
    deliveries += 1;
    await receive(crashingClient(client, at), stripe, event).then(
      () => problems.delete(event),
      (error: unknown) => {
        if (error instanceof Crash) crashes += 1;
        else problems.set(event, `${event.type}: ${nameOf(error)}`);
        mailbox.push(event);
      },
    );
  };

  const ask = async (
    request: Request,
    at: number | undefined,
    answered: () => Promise<void>,
  ): Promise<void> => {
    unanswered.add(request);
    try {
      await serve(crashingClient(client, at), stripe, customer, request, answered);
      unanswered.delete(request);
    } catch (error) {
      if (error instanceof Crash) crashes += 1;
      else if (REFUSALS.includes(String((error as { code?: unknown }).code))) unanswered.delete(request);
      else throw error;
    }
  };

  /** What comes at the same time: some of the mailbox, drawn now, so that the choices keep their order. */
  const some = (most: number) => {
    const batch = mailbox
      .splice(
        0,
        choose(() => fc.nat({ max: most })),
      )
      .map((event) => [event, crashesAt()] as const);
    return () => Promise.all(batch.map(([event, at]) => deliver(event, at)));
  };

  const newRequest = async (): Promise<Request | undefined> => {
    if (requests.length > 0 && chance(25)) return pick(requests);
    const paid = await client.transaction.findMany({
      where: { invoiceId: customer.invoiceId, status: 'SUCCEEDED', stripePaymentIntentId: { not: null } },
      orderBy: { id: 'asc' },
    });
    const key = randomUUID();
    if (paid.length > 0 && chance(60)) {
      const part = pick([undefined, 1, 500, 1300] as const);
      const status = pick(['succeeded', 'succeeded', 'pending', 'requires_action'] as const);
      const { id: transactionId } = pick(paid);
      return { does: 'refund', key, transactionId, status, ...(part !== undefined && { amount: part }) };
    }
    return { does: 'pay', key, outcome: pick(OUTCOMES) };
  };

  for (let step = choose(() => fc.integer({ min: 4, max: 14 })); step > 0; step -= 1) {
    stripe.now += pick([0, 0, 1, 60, 86_400]);
    const what = pick(['ask', 'ask', 'move', 'move', 'move', 'deliver'] as const);
    log.push(what);
    const before = some(2);
    if (what === 'ask') {
      const request = await newRequest();
      if (request === undefined) continue;
      if (!requests.includes(request)) requests.push(request);
      log.push(`${request.does} ${request.does === 'pay' ? request.outcome : request.status}`);
      const [at, isBeside] = [crashesAt(), chance(50)];
      const beside: Promise<unknown>[] = [];
      const answered = async () => {
        post();
        const delivered = some(3)();
        if (isBeside) beside.push(delivered);
        else await delivered;
      };
      await Promise.all([ask(request, at, answered), before()]);
      await Promise.all(beside);
    } else if (what === 'move') {
      const delivered = before();
      log.push(move(stripe, customer, pick, chance));
      await delivered;
    } else await Promise.all([before(), some(4)()]);
    post();
  }

  // What was lost in a crash is asked for again, and what could not be processed is delivered again, as long as that helps.
  for (const request of unanswered) await ask(request, undefined, async () => post());
  post();
  for (let left = Number.POSITIVE_INFINITY; mailbox.length > 0 && mailbox.length < left; ) {
    left = mailbox.length;
    const round = mailbox.splice(0);
    for (const event of round) await deliver(event, undefined);
  }
  return { stripe, customer, unprocessed: [...problems.values()], crashes, deliveries, log };
}

const nameOf = (error: unknown): string =>
  error instanceof PaymentUnknown ? 'payment unknown' : `${(error as { code?: string }).code ?? error}`;

async function newCustomer(client: PrismaClient, choose: Choose): Promise<Customer> {
  const userId = newUser();
  const { id: subscriptionId } = await subscribe(client, { userId, plan: 'FREE' });
  const unitAmount = choose(() => fc.constantFrom(1900, 1900, 1300, 50));
  const lines = [{ description: 'PRO, one month', unitAmount }];
  const { id: invoiceId } = await draftInvoice(client, { subscriptionId, currency: 'EUR', lines });
  await issueInvoice(client, { invoiceId });
  const { id: paymentMethodId } = await client.paymentMethod.create({ data: { userId, type: 'OTHER' } });
  return { userId, invoiceId, paymentMethodId };
}
