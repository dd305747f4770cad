import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvoiceStatus, SubscriptionStatus, TransactionStatus } from '../src/index.js';
import {
  draft,
  ended,
  failed,
  issue,
  refunded,
  subscription,
  succeeded,
  transaction,
} from './constraints/rows.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** A state machine of the database: what may follow, how to bring a row into a state, and how to move it to one. */
interface Machine<State extends string> {
  table: string;
  transitions: string;
  rule: string;
  states: State[];
  allowed: Record<State, State[]>;
  rowIn: (state: State) => string;
  /** Sets every column that the state asks for, so that nothing but the transition is wrong. */
  changesTo: (state: State) => string;
}

const subscriptions: Machine<SubscriptionStatus> = {
  table: 'subscriptions',
  transitions: 'rules.subscription_transitions',
  rule: 'subscriptions_transition_rule',
  states: Object.values(SubscriptionStatus),
  allowed: {
    TRIALING: ['ACTIVE', 'PAST_DUE', 'PAUSED', 'CANCELED', 'EXPIRED'],
    ACTIVE: ['PAST_DUE', 'PAUSED', 'CANCELED', 'EXPIRED'],
    PAST_DUE: ['ACTIVE', 'CANCELED', 'EXPIRED'],
    PAUSED: ['ACTIVE', 'CANCELED', 'EXPIRED'],
    CANCELED: [],
    EXPIRED: [],
  },
  rowIn: (state) => {
    const trial = { trial_ends_at: '2026-01-15' };
    return state === 'CANCELED' || state === 'EXPIRED'
      ? ended(state, trial)
      : subscription({ status: state, ...trial });
  },
  changesTo: (state) => {
    const isOver = state === 'CANCELED' || state === 'EXPIRED';
    return `valid_until = ${isOver ? "'2026-01-15'" : 'NULL'}, canceled_at = ${state === 'CANCELED' ? "'2026-01-15'" : 'NULL'}`;
  },
};

const invoices: Machine<InvoiceStatus> = {
  table: 'invoices',
  transitions: 'rules.invoice_transitions',
  rule: 'invoices_transition_rule',
  states: Object.values(InvoiceStatus),
  allowed: {
    DRAFT: ['SENT', 'CANCELED'],
    SENT: ['PAID', 'OVERDUE', 'CANCELED'],
    OVERDUE: ['PAID', 'CANCELED'],
    PAID: [],
    CANCELED: [],
  },
  rowIn: (state) => {
    const given = subscription() + draft();
    if (state === 'DRAFT') return given;
    if (state === 'SENT') return given + issue();
    return `${given + issue()} UPDATE invoices SET status = '${state}', ${invoices.changesTo(state)}`;
  },
  changesTo: (state) =>
    [
      ...(state === 'DRAFT' ? [] : [`issued_at = coalesce(issued_at, '2026-02-01')`]),
      `paid_at = ${state === 'PAID' ? "'2026-02-02'" : 'NULL'}`,
      `voided_at = ${state === 'CANCELED' ? "'2026-02-02'" : 'NULL'}`,
    ].join(', '),
};

const transactions: Machine<TransactionStatus> = {
  table: 'transactions',
  transitions: 'rules.transaction_transitions',
  rule: 'transactions_transition_rule',
  states: Object.values(TransactionStatus),
  allowed: {
    PENDING: ['PROCESSING', 'SUCCEEDED', 'FAILED'],
    PROCESSING: ['SUCCEEDED', 'FAILED'],
    SUCCEEDED: ['REFUNDED'],
    FAILED: [],
    REFUNDED: [],
  },
  rowIn: (state) =>
    ({
      PENDING: transaction(),
      PROCESSING: transaction({ status: 'PROCESSING' }),
      SUCCEEDED: succeeded(),
      FAILED: failed(),
      REFUNDED: refunded(),
    })[state],
  changesTo: (state) => {
    if (state === 'REFUNDED') return `refunded_amount = 1800, refunded_at = '2026-02-03'`;
    if (state === 'SUCCEEDED') return `paid_at = coalesce(paid_at, '2026-02-02')`;
    return state === 'FAILED'
      ? `failed_at = '2026-02-02', failure_code = 'card_declined'`
      : `description = description`;
  },
};

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** Who refused the update, undefined when it was accepted. */
async function refusal<State extends string>(
  machine: Machine<State>,
  from: State,
  to: State,
): Promise<DatabaseError | undefined> {
  await client.query('BEGIN');
  try {
    await client.query(machine.rowIn(from));
    // A row that stays in a final state must not be touched at all.
    const changes = from === to ? '' : `, ${machine.changesTo(to)}`;
    const { rowCount } = await client.query(`UPDATE ${machine.table} SET status = '${to}'${changes}`);
    expect(rowCount).toBe(1);
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError) return error;
    throw error;
  } finally {
    await client.query('ROLLBACK');
  }
}

function describeMachine<State extends string>(machine: Machine<State>): void {
  describe(machine.table, () => {
    const pairs = machine.states.flatMap((from) => machine.states.map((to): [State, State] => [from, to]));

    test(`the table of transitions has these ${pairs.filter(([from, to]) => machine.allowed[from].includes(to)).length} and no other`, async () => {
      const { rows } = await client.query<{ pair: string }>(
        `SELECT from_status || ' ' || to_status AS pair FROM ${machine.transitions}`,
      );

      const expected = pairs
        .filter(([from, to]) => machine.allowed[from].includes(to))
        .map(([from, to]) => `${from} ${to}`);
      expect(rows.map(({ pair }) => pair).sort()).toEqual(expected.sort());
    });

    test.each(pairs)('%s to %s', async (from, to) => {
      const refused = await refusal(machine, from, to);

      if (from === to || machine.allowed[from].includes(to)) return expect(refused).toBeUndefined();
      expect(refused).toMatchObject({ code: '23514', constraint: machine.rule });
      expect(refused?.message).toBe(`${from} to ${to} violates rule "${machine.rule}"`);
      expect(refused?.hint).toBe(
        `From ${from} to: ${machine.states.filter((state) => machine.allowed[from].includes(state)).join(', ') || 'nothing'}.`,
      );
    });
  });
}

describeMachine(subscriptions);
describeMachine(invoices);
describeMachine(transactions);
