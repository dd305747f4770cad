import { randomUUID } from 'node:crypto';
import type { UserId } from '@codezest/db-types';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createClient,
  databaseErrorFacts,
  type Invoice,
  type PrismaClient,
  type TransactionClient,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { chargeFor, draftInvoice, issueInvoice, january, newUser, startPro } from './fixtures.js';

const WRITERS = 32;
const GATE = 7_000_001;

let database: TestDatabase;
let client: PrismaClient;
let gatekeeper: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = createClient({ url: `${database.url}?connection_limit=${WRITERS}` });
  gatekeeper = new Client({ connectionString: database.url });
  await gatekeeper.connect();
});

afterAll(async () => {
  await client?.$disconnect();
  await gatekeeper?.end();
  await database?.drop();
});

interface Race {
  won: number;
  /** Constraint by which the others were refused, with how many it refused. */
  refused: Record<string, number>;
}

/** All writers stand in front of a gate, each in its own transaction, and go through it together. */
async function race(write: (tx: TransactionClient, writer: number) => Promise<unknown>): Promise<Race> {
  await gatekeeper.query('SELECT pg_advisory_lock($1)', [GATE]);
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    client.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT pg_advisory_xact_lock_shared(${GATE})::text`;
        return write(tx, writer);
      },
      { maxWait: 20_000, timeout: 20_000 },
    ),
  );
  const outcomes = Promise.allSettled(writers);
  await allWaiting();
  await gatekeeper.query('SELECT pg_advisory_unlock($1)', [GATE]);

  const refused: Record<string, number> = {};
  let won = 0;
  for (const outcome of await outcomes) {
    if (outcome.status === 'fulfilled') won += 1;
    else {
      const { constraint, sqlState, name } = databaseErrorFacts(outcome.reason);
      const by = constraint ?? sqlState ?? name;
      refused[by] = (refused[by] ?? 0) + 1;
    }
  }
  return { won, refused };
}

async function allWaiting(): Promise<void> {
  for (;;) {
    const { rows } = await gatekeeper.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`,
      [GATE],
    );
    if (rows[0]?.waiting === WRITERS) return;
  }
}

const anInvoice = async (userId: UserId = newUser()): Promise<Invoice> =>
  draftInvoice(client, await startPro(client, userId));
const invoices = (count: number): Promise<Invoice[]> =>
  Promise.all(Array.from({ length: count }, () => anInvoice()));

describe(`of ${WRITERS} at once`, () => {
  test('one starts the subscription of a user', async () => {
    const userId = newUser();

    const result = await race((tx) => startPro(tx, userId));

    expect(result).toEqual({ won: 1, refused: { subscriptions_user_id_live_key: WRITERS - 1 } });
  });

  test('one becomes the default payment method', async () => {
    const userId = newUser();
    const card = { type: 'CARD', last4: '4242', brand: 'VISA', expiryMonth: 12, expiryYear: 2028 } as const;

    const result = await race((tx) =>
      tx.paymentMethod.create({ data: { ...card, userId, isDefault: true } }),
    );

    expect(result).toEqual({ won: 1, refused: { payment_methods_user_id_default_key: WRITERS - 1 } });
  });

  test('one acts on an idempotency key', async () => {
    const key = randomUUID();
    const request = { requestHash: Buffer.alloc(32), expiresAt: new Date('2099-01-01T00:00:00Z') };

    const result = await race((tx) =>
      tx.idempotencyKey.create({ data: { ...request, scope: 'checkout', key } }),
    );

    expect(result).toEqual({ won: 1, refused: { idempotency_keys_scope_key_key: WRITERS - 1 } });
  });

  test('one charges an invoice', async () => {
    const draft = await anInvoice();
    const invoice = await issueInvoice(client, draft.id);

    const result = await race((tx) => tx.transaction.create({ data: chargeFor(invoice) }));

    expect(result).toEqual({
      won: 1,
      refused: { transactions_invoice_id_in_flight_or_paid_key: WRITERS - 1 },
    });
  });

  test('one stores a webhook', async () => {
    const event = { id: 'evt_race', type: 'invoice.paid', livemode: true, occurredAt: january } as const;

    const result = await race((tx) => tx.stripeEvent.create({ data: event }));

    expect(result).toEqual({ won: 1, refused: { stripe_events_pkey: WRITERS - 1 } });
  });

  test('as many redeem a coupon as it allows', async () => {
    const coupon = await client.coupon.create({
      data: {
        code: 'LAST-FIVE',
        discountType: 'PERCENTAGE',
        discountValue: 20,
        validFrom: january,
        maxRedemptions: 5,
      },
    });
    const drafts = await invoices(WRITERS);

    const result = await race((tx, writer) => {
      const { id: invoiceId, userId, currency } = drafts[writer] as Invoice;
      return tx.couponRedemption.create({
        data: { couponId: coupon.id, invoiceId, userId, currency, discountAmount: 340 },
      });
    });

    expect(result).toEqual({ won: 5, refused: { coupons_redemption_limit_check: WRITERS - 5 } });
    const { redemptionCount } = await client.coupon.findUniqueOrThrow({ where: { id: coupon.id } });
    expect(redemptionCount).toBe(5);
    expect(await client.couponRedemption.count({ where: { couponId: coupon.id } })).toBe(5);
  });

  test('one redeems a coupon for a user', async () => {
    const { id: couponId } = await client.coupon.create({
      data: { code: 'ONCE-EACH', discountType: 'PERCENTAGE', discountValue: 20, validFrom: january },
    });
    const { id: invoiceId, userId, currency } = await anInvoice();

    const result = await race((tx) =>
      tx.couponRedemption.create({ data: { couponId, invoiceId, userId, currency, discountAmount: 340 } }),
    );

    expect(result).toEqual({ won: 1, refused: { coupon_redemptions_coupon_id_user_id_key: WRITERS - 1 } });
    expect(await client.coupon.findUnique({ where: { id: couponId } })).toMatchObject({ redemptionCount: 1 });
  });

  test('no more is given back than came in', async () => {
    const invoice = await issueInvoice(client, (await anInvoice()).id);
    const { id, amount } = await client.transaction.create({
      data: { ...chargeFor(invoice), status: 'SUCCEEDED', paidAt: january },
    });
    const fits = Math.floor(amount / 100);

    const result = await race((tx) =>
      tx.transaction.update({
        where: { id },
        data: { refundedAmount: { increment: 100 }, refundedAt: january },
      }),
    );

    expect(result).toEqual({ won: fits, refused: { transactions_refunded_amount_check: WRITERS - fits } });
    expect(await client.transaction.findUnique({ where: { id } })).toMatchObject({
      refundedAmount: fits * 100,
    });
  });

  test('each issues an invoice with a number of its own, and those that fail leave no gap', async () => {
    const drafts = await invoices(WRITERS);
    const issuedAt = new Date('2025-03-01T00:00:00Z');

    const result = await race(async (tx, writer) => {
      await issueInvoice(tx, (drafts[writer] as Invoice).id, issuedAt);
      if (writer % 4 === 0) throw new Error('the provider is down');
    });

    const issued = (WRITERS * 3) / 4;
    expect(result).toEqual({ won: issued, refused: { Error: WRITERS - issued } });
    const rows = await client.invoice.findMany({ where: { issuedAt }, orderBy: { invoiceNumber: 'asc' } });
    expect(rows.map(({ invoiceNumber }) => invoiceNumber)).toEqual(
      Array.from({ length: issued }, (_, index) => `CZ-2025-${String(index + 1).padStart(6, '0')}`),
    );
  });

  test('one issues an invoice, and no line changes behind its back', async () => {
    const draft = await anInvoice();
    const gift = { description: 'Gift', quantity: 1, unitAmount: 0, amount: 0 };
    const gifts = Array.from({ length: WRITERS - 1 }, (_, index) => ({ ...gift, position: index + 2 }));
    await client.invoice.update({ where: { id: draft.id }, data: { lines: { create: gifts } } });
    const lines = (tx: Pick<TransactionClient, 'invoiceLine'>) =>
      tx.invoiceLine.findMany({ where: { invoiceId: draft.id }, orderBy: { position: 'asc' } });
    let whenIssued: unknown;

    const { won, refused } = await race(async (tx, writer) => {
      if (writer === WRITERS / 2) {
        await issueInvoice(tx, draft.id);
        whenIssued = await lines(tx);
        return;
      }
      const line = { invoiceId: draft.id, position: writer + 1 };
      if (writer === 0)
        return tx.invoiceLine.create({ data: { ...line, ...gift, position: 99, currency: 'EUR' } });
      if (writer % 2 === 0) return tx.invoiceLine.deleteMany({ where: line });
      return tx.invoiceLine.updateMany({ where: line, data: { description: 'Another gift' } });
    });

    expect(await lines(client)).toEqual(whenIssued);
    expect(refused).toEqual(won === WRITERS ? {} : { invoice_lines_draft_only_rule: WRITERS - won });
  });
});
