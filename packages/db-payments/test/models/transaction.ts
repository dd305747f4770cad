import { randomUUID } from 'node:crypto';
import {
  call,
  changed,
  day,
  type History,
  isIn,
  isSameBut,
  type Model,
  type Row,
  SOME,
  type StateMachine,
} from '@codezest/constraint-tests';
import type { InvoiceId, TransactionId } from '@codezest/db-types';
import fc from 'fast-check';
import {
  failTransaction,
  type PrismaClient,
  recordTransaction,
  refundTransaction,
  submitTransaction,
  succeedTransaction,
  type TransactionStatus,
} from '../../src/index.js';
import { cardNumber, failed, refund, refunded, succeeded, transaction } from '../constraints/rows.js';
import { type Connect, sentInvoice } from './histories.js';

export const transactions: StateMachine<TransactionStatus> = {
  table: 'transactions',
  transitions: 'rules.transaction_transitions',
  rule: 'transactions_transition_rule',
  allowed: {
    PENDING: ['PROCESSING', 'SUCCEEDED', 'FAILED'],
    PROCESSING: ['SUCCEEDED', 'FAILED'],
    SUCCEEDED: ['REFUNDED'],
    FAILED: ['PROCESSING', 'SUCCEEDED'],
    REFUNDED: ['SUCCEEDED'],
  },
  rowIn: (state) =>
    ({
      PENDING: transaction(),
      PROCESSING: transaction({ status: 'PROCESSING' }),
      SUCCEEDED: succeeded(),
      FAILED: failed(),
      REFUNDED: refunded(),
    })[state],
  shapeOf: (state, { paid_at }) => {
    const nothing = { paid_at: null, failed_at: null, failure_code: null, failure_message: null };
    if (state === 'FAILED')
      return { ...nothing, failed_at: day('2020-02-02'), failure_code: 'card_declined' };
    const hasPaid = state === 'SUCCEEDED' || state === 'REFUNDED';
    return hasPaid ? { ...nothing, paid_at: paid_at ?? day('2020-02-02') } : nothing;
  },
  moves: {
    'SUCCEEDED REFUNDED': refund({ amount: '1800' }),
    'REFUNDED SUCCEEDED': `UPDATE refunds SET status = 'FAILED'`,
  },
  ended: { rules: [], open: [] },
};

interface Payments extends History {
  readonly invoiceId: InvoiceId;
  /** What the provider has told of refunds, by transaction; the last one may still fail. */
  readonly refunds: Map<unknown, { stripeRefundId: string; amount: number }[]>;
}

/** All attempts to pay one invoice of 18.00. */
export function transactionModel(client: () => PrismaClient, connect: Connect): Model<Payments> {
  return {
    machine: transactions,
    values: {
      amount: [1800, 500, 0],
      currency: ['EUR', 'USD'],
      refunded_amount: [0, 500, 1800, 1801, -1],
      paid_at: [null, day('2020-02-02')],
      failed_at: [null, day('2020-02-02')],
      refunded_at: [null, day('2020-02-03')],
      failure_code: [null, 'card_declined'],
      failure_message: [null, 'Declined.'],
      description: [null, 'PRO', cardNumber],
    },
    often: [{ refunded_amount: 500, refunded_at: day('2020-02-03') }, { currency: 'USD' }],
    checks: {
      transactions_amount_check: ({ amount }) => Number(amount) > 0,
      transactions_description_card_number_check: ({ description }) => description !== cardNumber,
      transactions_failed_at_check: ({ status, failed_at }) => (status === 'FAILED') === (failed_at !== null),
      transactions_failure_code_check: ({ status, failure_code }) =>
        (status === 'FAILED') === (failure_code !== null),
      transactions_failure_message_check: ({ status, failure_message }) =>
        status === 'FAILED' || failure_message === null,
      transactions_paid_at_check: (row) => hasComeIn(row) === (row.paid_at !== null),
      transactions_refunded_at_check: ({ refunded_amount, refunded_at }) =>
        Number(refunded_amount) > 0 === (refunded_at !== null),
      transactions_refunded_check: ({ status, amount, refunded_amount }) =>
        (status === 'REFUNDED') === (refunded_amount === amount),
      transactions_invoice_id_in_flight_key: (row, others) => !(isPending(row) && others.some(isPending)),
      transactions_invoice_id_user_id_currency_fkey: ({ currency }) => currency === 'EUR',
    },
    changes: {
      transactions_amount_rule: (after, before) =>
        after.amount === before.amount && after.currency === before.currency,
      transactions_written_by_refunds_rule: (after, before) =>
        after.refunded_amount === before.refunded_amount,
      transactions_paid_immutable_rule: (after, before) =>
        !hasComeIn(before) || isSameBut(after, before, ['status', 'refunded_amount', 'refunded_at']),
      transactions_failed_immutable_rule: (after, before) =>
        before.status !== 'FAILED' || after.status !== 'FAILED' || isSameBut(after, before, []),
    },
    beginnings: {
      transactions_written_by_refunds_rule: ({ refunded_amount }) => refunded_amount === 0,
      transactions_payable_invoice_rule: (row, others) =>
        !isPending(row) || (heldOf(others) <= 0 && !others.some(isUnderWay)),
    },
    first: ['PENDING', 'PROCESSING', 'SUCCEEDED', 'FAILED'],
    async begin() {
      const { invoiceId, userId } = await sentInvoice(connect());
      const inserted = (id: string): Row => ({
        id,
        user_id: userId,
        invoice_id: invoiceId,
        amount: 1800,
        currency: 'EUR',
        refunded_amount: 0,
        idempotency_key: id,
      });
      return { where: `invoice_id = '${invoiceId}'`, inserted, invoiceId, refunds: new Map() };
    },
    calls: {
      recordTransaction: call<Payments, undefined>({
        expected({ rows }) {
          if (heldOf(rows) > 0) return 'INVOICE_NOT_PAYABLE';
          if (rows.some(isUnderWay)) return 'PAYMENT_IN_FLIGHT';
          return [...rows, newAttempt];
        },
        run: ({ history: { invoiceId } }) =>
          recordTransaction(client(), { invoiceId, idempotencyKey: randomUUID() }),
      }),
      submitTransaction: call<Payments, undefined>({
        expected: (called) =>
          called.row.status === 'PENDING' ? changed(called, { status: 'PROCESSING' }) : called.rows,
        run: ({ row }) => submitTransaction(client(), { transactionId: row.id as TransactionId }),
      }),
      succeedTransaction: call<Payments, undefined>({
        expected: (called) => (hasComeIn(called.row) ? called.rows : changed(called, paid)),
        run: ({ row }) => succeedTransaction(client(), { transactionId: row.id as TransactionId }),
      }),
      failTransaction: call<Payments, undefined>({
        expected: (called) =>
          isUnderWay(called.row)
            ? changed(called, {
                status: 'FAILED',
                failed_at: SOME,
                failure_code: 'expired',
                failure_message: null,
              })
            : called.rows,
        run: ({ row }) =>
          failTransaction(client(), { transactionId: row.id as TransactionId, failureCode: 'expired' }),
      }),
      refundTransaction: call<Payments, { amount?: number; isTold: boolean }>({
        arguments: fc.record(
          { amount: fc.constantFrom(1, 500, 1300, 1800, 1801, 0), isTold: fc.boolean() },
          { requiredKeys: ['isTold'] },
        ),
        expected(called) {
          const { amount: whole, refunded_amount: already } = called.row;
          const left = Number(whole) - Number(already);
          const { amount = left, isTold } = called.args;
          if (called.args.amount === 0) return 'AMOUNT_INVALID';
          if (!isTold && !hasComeIn(called.row)) return 'ILLEGAL_TRANSITION';
          if (amount === 0 || amount > left) return 'REFUND_EXCEEDS_PAYMENT';
          return changed(called, {
            ...(hasComeIn(called.row) ? {} : paid),
            status: amount === left ? 'REFUNDED' : 'SUCCEEDED',
            refunded_amount: Number(already) + amount,
            refunded_at: SOME,
          });
        },
        async run({ row, args: { isTold, ...given }, history: { refunds } }) {
          const stripeRefundId = `re_${randomUUID()}`;
          const { refund } = await refundTransaction(client(), {
            transactionId: row.id as TransactionId,
            ...given,
            status: 'SUCCEEDED',
            ...(isTold ? { stripeRefundId } : { idempotencyKey: randomUUID() }),
          });
          if (!isTold) return;
          refunds.set(row.id, [...(refunds.get(row.id) ?? []), { stripeRefundId, amount: refund.amount }]);
        },
      }),
      refundFails: call<Payments, undefined>({
        expected(called) {
          const last = called.history.refunds.get(called.row.id)?.at(-1);
          if (last === undefined) return called.rows;
          const left = Number(called.row.refunded_amount) - last.amount;
          return changed(called, {
            status: 'SUCCEEDED',
            refunded_amount: left,
            refunded_at: left === 0 ? null : SOME,
          });
        },
        async run({ row, history: { refunds } }) {
          const { stripeRefundId } = refunds.get(row.id)?.pop() ?? {};
          if (stripeRefundId === undefined) return;
          const transactionId = row.id as TransactionId;
          await refundTransaction(client(), { transactionId, stripeRefundId, status: 'FAILED' });
        },
      }),
    },
  };
}

const newAttempt: Row = {
  id: SOME,
  status: 'PENDING',
  amount: 1800,
  currency: 'EUR',
  refunded_amount: 0,
  paid_at: null,
  failed_at: null,
  refunded_at: null,
  failure_code: null,
  failure_message: null,
  description: null,
};

/** The provider says so, whatever had become of it before. */
const paid: Row = {
  status: 'SUCCEEDED',
  paid_at: SOME,
  failed_at: null,
  failure_code: null,
  failure_message: null,
};

const isUnderWay = isIn<TransactionStatus>('PENDING', 'PROCESSING');
const isPending = isIn<TransactionStatus>('PENDING');
const hasComeIn = isIn<TransactionStatus>('SUCCEEDED', 'REFUNDED');

/** What has come and was not given back. */
const heldOf = (rows: readonly Row[]): number =>
  rows
    .filter(hasComeIn)
    .reduce((sum, { amount, refunded_amount }) => sum + Number(amount) - Number(refunded_amount), 0);
