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
import { cardNumber, failed, refunded, succeeded, transaction } from '../constraints/rows.js';
import { type Connect, sentInvoice } from './histories.js';

export const transactions: StateMachine<TransactionStatus> = {
  table: 'transactions',
  transitions: 'rules.transaction_transitions',
  rule: 'transactions_transition_rule',
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
  shapeOf: (state, { amount = 0, paid_at, refunded_amount = 0, refunded_at = null }) => {
    // What was given back stays given back.
    const nothing = {
      paid_at: null,
      failed_at: null,
      failure_code: null,
      failure_message: null,
      refunded_amount,
      refunded_at,
    };
    if (state === 'FAILED')
      return { ...nothing, failed_at: day('2020-02-02'), failure_code: 'card_declined' };
    if (state !== 'SUCCEEDED' && state !== 'REFUNDED') return nothing;
    const paid = { ...nothing, paid_at: paid_at ?? day('2020-02-02') };
    return state === 'SUCCEEDED'
      ? paid
      : { ...paid, refunded_amount: amount, refunded_at: day('2020-02-03') };
  },
  ended: {
    rules: [
      'transactions_settled_immutable_rule',
      'transactions_amount_rule',
      'transactions_refund_grows_rule',
    ],
    open: ['user_id', 'updated_at'],
  },
};

interface Payments extends History {
  readonly invoiceId: InvoiceId;
  /** The functions pay the invoice along with its transaction. */
  invoiceIsPaid: boolean;
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
    often: [
      { refunded_amount: 500, refunded_at: day('2020-02-03') },
      { refunded_amount: 1801, refunded_at: day('2020-02-03') },
      { refunded_amount: 1800 },
      { currency: 'USD' },
    ],
    checks: {
      transactions_amount_check: ({ amount }) => Number(amount) > 0,
      transactions_card_number_check: ({ description }) => description !== cardNumber,
      transactions_failed_at_check: ({ status, failed_at }) => (status === 'FAILED') === (failed_at !== null),
      transactions_failure_code_check: ({ status, failure_code }) =>
        (status === 'FAILED') === (failure_code !== null),
      transactions_failure_message_check: ({ status, failure_message }) =>
        status === 'FAILED' || failure_message === null,
      transactions_paid_at_check: (row) => hasComeIn(row) === (row.paid_at !== null),
      transactions_refund_of_payment_check: (row) => row.refunded_amount === 0 || hasComeIn(row),
      transactions_refunded_amount_check: ({ amount, refunded_amount }) =>
        Number(refunded_amount) >= 0 && Number(refunded_amount) <= Number(amount),
      transactions_refunded_at_check: ({ refunded_amount, refunded_at }) =>
        Number(refunded_amount) > 0 === (refunded_at !== null),
      transactions_refunded_check: ({ status, amount, refunded_amount }) =>
        (status === 'REFUNDED') === (refunded_amount === amount),
      transactions_invoice_id_in_flight_or_paid_key: (row, others) =>
        !(isCharging(row) && others.some(isCharging)),
      transactions_invoice_id_user_id_currency_fkey: ({ currency }) => currency === 'EUR',
    },
    changes: {
      transactions_amount_rule: (after, before) =>
        after.amount === before.amount && after.currency === before.currency,
      transactions_refund_grows_rule: (after, before) =>
        Number(after.refunded_amount) >= Number(before.refunded_amount),
      transactions_paid_immutable_rule: (after, before) =>
        !(before.status === 'SUCCEEDED' && hasComeIn(after)) ||
        isSameBut(after, before, ['status', 'refunded_amount', 'refunded_at']),
      transactions_settled_immutable_rule: (after, before) =>
        !isSettled(before) || after.status !== before.status || isSameBut(after, before, []),
    },
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
      return { where: `invoice_id = '${invoiceId}'`, inserted, invoiceId, invoiceIsPaid: false };
    },
    calls: {
      recordTransaction: call<Payments, undefined>({
        expected({ history, rows }) {
          if (history.invoiceIsPaid) return 'INVOICE_NOT_PAYABLE';
          if (rows.some(isCharging)) return 'PAYMENT_IN_FLIGHT';
          return [...rows, newAttempt];
        },
        run: ({ history: { invoiceId } }) =>
          recordTransaction(client(), { invoiceId, idempotencyKey: randomUUID() }),
      }),
      submitTransaction: call<Payments, undefined>({
        expected: (called) =>
          called.row.status === 'PENDING' ? changed(called, { status: 'PROCESSING' }) : 'ILLEGAL_TRANSITION',
        run: ({ row }) => submitTransaction(client(), { transactionId: row.id as TransactionId }),
      }),
      succeedTransaction: call<Payments, undefined>({
        expected: (called) =>
          isUnderWay(called.row)
            ? changed(called, { status: 'SUCCEEDED', paid_at: SOME })
            : 'ILLEGAL_TRANSITION',
        async run({ row, history }) {
          const payment = await succeedTransaction(client(), { transactionId: row.id as TransactionId });
          history.invoiceIsPaid = true;
          return payment;
        },
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
            : 'ILLEGAL_TRANSITION',
        run: ({ row }) =>
          failTransaction(client(), { transactionId: row.id as TransactionId, failureCode: 'expired' }),
      }),
      refundTransaction: call<Payments, { amount?: number }>({
        arguments: fc.record({ amount: fc.constantFrom(1, 500, 1300, 1800, 1801, 0) }, { requiredKeys: [] }),
        expected(called) {
          const { amount: paid, refunded_amount: already, status } = called.row;
          const left = Number(paid) - Number(already);
          const { amount = left } = called.args;
          if (called.args.amount === 0) return 'AMOUNT_INVALID';
          if (status !== 'SUCCEEDED') return 'ILLEGAL_TRANSITION';
          if (amount > left) return 'REFUND_EXCEEDS_PAYMENT';
          return changed(called, {
            status: amount === left ? 'REFUNDED' : 'SUCCEEDED',
            refunded_amount: Number(already) + amount,
            refunded_at: SOME,
          });
        },
        run: ({ row, args }) =>
          refundTransaction(client(), { transactionId: row.id as TransactionId, ...args }),
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

const isUnderWay = isIn<TransactionStatus>('PENDING', 'PROCESSING');
const isCharging = isIn<TransactionStatus>('PENDING', 'PROCESSING', 'SUCCEEDED');
const hasComeIn = isIn<TransactionStatus>('SUCCEEDED', 'REFUNDED');
const isSettled = isIn<TransactionStatus>('FAILED', 'REFUNDED');
