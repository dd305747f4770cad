import { CALLERS, ROUNDS } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  coupon,
  draft,
  id,
  idempotencyKey,
  issue,
  line,
  paymentMethod,
  redemption,
  refund,
  stripeEvent,
  subscription,
  succeeded,
  transaction,
} from './constraints/rows.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type Gate, openGate } from './gate.js';

/** Of these the drafts of writers 0 to 31 are. */
const DRAFTS = 900_000;

let database: TestDatabase;
let gate: Gate;

beforeAll(async () => {
  database = await createTestDatabase();
  gate = await openGate(database.url);
  const users = Array.from({ length: CALLERS }, (_, writer) => ({ id: id(DRAFTS + writer) }));
  await gate.run(
    [
      subscription(),
      draft(),
      ...users.map((own) => subscription({ ...own, user_id: own.id })),
      ...users.map((own) => draft({ ...own, user_id: own.id, subscription_id: own.id })),
    ].join(''),
  );
});

afterAll(async () => {
  await gate?.close();
  await database?.drop();
});

interface Case {
  readonly title: string;
  /** What is there before round n. */
  given?(n: number): string;
  /** `own` is the id of the writer's row. */
  write(n: number, own: string, writer: number): string;
  readonly winners: number;
  readonly refusedBy: string;
  /** The figure that the winners' writes add up to. */
  readonly sum?: { sql(n: number): string; is: number };
}

const cases: Case[] = [
  {
    title: 'one starts the subscription of a user',
    write: (n, own) => subscription({ id: own, user_id: id(n) }),
    winners: 1,
    refusedBy: 'subscriptions_user_id_live_key',
  },
  {
    title: 'one becomes the default payment method',
    write: (n, own) => paymentMethod({ id: own, user_id: id(n), is_default: 'true' }),
    winners: 1,
    refusedBy: 'payment_methods_user_id_default_key',
  },
  {
    title: 'one acts on an idempotency key',
    write: (n, own) => idempotencyKey({ id: own, key: id(n) }),
    winners: 1,
    refusedBy: 'idempotency_keys_scope_key_key',
  },
  {
    title: 'one charges an invoice',
    given: (n) => draft({ id: id(n) }) + issue(n),
    write: (n, own) => transaction({ id: own, invoice_id: id(n), idempotency_key: own }),
    winners: 1,
    refusedBy: 'transactions_invoice_id_in_flight_key',
  },
  {
    title: 'one stores a webhook',
    write: (n) => stripeEvent({ id: `evt_${n}` }),
    winners: 1,
    refusedBy: 'stripe_events_pkey',
  },
  {
    title: 'as many redeem a coupon as it allows',
    given: (n) => coupon({ id: id(n), code: `LIMITED-${n}`, max_redemptions: '5' }),
    write(n, own, writer) {
      const user = id(DRAFTS + writer);
      return redemption({ id: own, coupon_id: id(n), user_id: user, invoice_id: user });
    },
    winners: 5,
    refusedBy: 'coupons_redemption_limit_check',
    sum: { sql: (n) => `SELECT redemption_count FROM coupons WHERE id = '${id(n)}'`, is: 5 },
  },
  {
    title: 'one redeems a coupon for a user',
    given: (n) => coupon({ id: id(n), code: `ONCE-EACH-${n}` }),
    write: (n, own) => redemption({ id: own, coupon_id: id(n) }),
    winners: 1,
    refusedBy: 'coupon_redemptions_coupon_id_user_id_key',
    sum: { sql: (n) => `SELECT redemption_count FROM coupons WHERE id = '${id(n)}'`, is: 1 },
  },
  {
    title: 'no more is given back than came in',
    given: (n) => succeeded({ id: id(n), idempotency_key: `paid-${n}`, amount: '1850' }),
    write: (n, own) => refund({ id: own, transaction_id: id(n), amount: '100' }),
    winners: 18,
    refusedBy: 'transactions_refunded_amount_check',
    sum: { sql: (n) => `SELECT refunded_amount::int FROM transactions WHERE id = '${id(n)}'`, is: 1800 },
  },
];

/** Each case has numbers of its own, and each writer of each round. */
const numbered = (number: number) =>
  Array.from({ length: ROUNDS }, (_, round) => 10_000 * (number + 1) + round);
const ownId = (n: number, writer: number) => id(100 * n + writer);

describe(`of ${CALLERS} at once, ${ROUNDS} rounds`, () => {
  test.each(cases.map((each, number) => ({ ...each, numbers: numbered(number) })))(
    '$title',
    async ({ numbers, given, write, winners, refusedBy, sum }) => {
      if (given) await gate.run(numbers.map(given).join(''));

      for (const n of numbers) {
        const { won, refused } = await gate.race((writer) => write(n, ownId(n, writer), writer));

        expect(won).toHaveLength(winners);
        expect(refused).toEqual({ [refusedBy]: CALLERS - winners });
        if (sum) expect(Object.values((await gate.run(sum.sql(n))).rows[0])).toEqual([sum.is]);
      }
    },
  );

  test('each issues an invoice with a number of its own, and those that fail leave no gap', async () => {
    const numbers = numbered(cases.length);
    const issued = (CALLERS * 3) / 4;

    for (const n of numbers) {
      await gate.run(
        Array.from({ length: CALLERS }, (_, writer) => draft({ id: ownId(n, writer) })).join(''),
      );

      const { won, refused } = await gate.race((writer) => {
        const numbering = `UPDATE invoices SET status = 'SENT', issued_at = '2025-03-01T00:00:00Z'
          WHERE id = '${ownId(n, writer)}'`;
        return writer % 4 === 0 ? `${numbering}; SELECT 1 / 0` : numbering;
      });

      expect(won).toHaveLength(issued);
      expect(refused).toEqual({ 22012: CALLERS - issued });
    }
    const { rows } = await gate.run(
      `SELECT invoice_number AS number FROM invoices WHERE issued_at = '2025-03-01T00:00:00Z' ORDER BY number`,
    );
    expect(rows.map(({ number }) => number)).toEqual(
      Array.from({ length: ROUNDS * issued }, (_, index) => `CZ-2025-${String(index + 1).padStart(6, '0')}`),
    );
  });

  test('one issues an invoice, and no line changes behind its back', async () => {
    const gift = { description: 'Gift', quantity: '1', unit_amount: '0', amount: '0' };
    const issuer = CALLERS / 2;

    for (const n of numbered(cases.length + 1)) {
      const own = { invoice_id: id(n) };
      const lines = `SELECT * FROM invoice_lines WHERE invoice_id = '${id(n)}' ORDER BY position`;
      const where = (writer: number) => `invoice_id = '${id(n)}' AND position = ${writer + 1}`;
      const gifts = Array.from({ length: CALLERS - 1 }, (_, index) =>
        line({ ...gift, ...own, id: ownId(n, index), position: String(index + 2) }),
      );
      await gate.run(draft({ id: id(n) }) + gifts.join(''));

      const { won, refused } = await gate.race((writer) => {
        if (writer === issuer) return `${issue(n)} ${lines}`;
        if (writer === 0) return line({ ...gift, ...own, id: ownId(n, 99), position: '99' });
        if (writer % 2 === 0) return `DELETE FROM invoice_lines WHERE ${where(writer)}`;
        return `UPDATE invoice_lines SET description = 'Another gift' WHERE ${where(writer)}`;
      });

      const whenIssued = won.flat().find(({ command }) => command === 'SELECT');
      expect((await gate.run(lines)).rows).toEqual(whenIssued?.rows);
      const late = CALLERS - won.length;
      expect(refused).toEqual(late === 0 ? {} : { invoice_lines_draft_only_rule: late });
    }
  });
});
