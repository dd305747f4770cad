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
import type { InvoiceId, SubscriptionId, TransactionId } from '@codezest/db-types';
import fc from 'fast-check';
import {
  draftInvoice,
  failTransaction,
  type InvoiceStatus,
  issueInvoice,
  markInvoicePaid,
  type PrismaClient,
  recordTransaction,
  succeedTransaction,
  voidInvoice,
} from '../../src/index.js';
import { draft, issue, line, subscription } from '../constraints/rows.js';
import { type Connect, draftOfHistory } from './histories.js';

export const invoices: StateMachine<InvoiceStatus> = {
  table: 'invoices',
  transitions: 'rules.invoice_transitions',
  rule: 'invoices_transition_rule',
  allowed: {
    DRAFT: ['SENT', 'CANCELED'],
    SENT: ['PAID', 'OVERDUE', 'UNCOLLECTIBLE', 'CANCELED'],
    OVERDUE: ['PAID', 'UNCOLLECTIBLE', 'CANCELED'],
    UNCOLLECTIBLE: ['PAID', 'CANCELED'],
    PAID: [],
    CANCELED: [],
  },
  rowIn: (state) => {
    const given = subscription() + draft();
    if (state === 'DRAFT') return given;
    if (state === 'SENT') return given + issue();
    const at =
      state === 'PAID'
        ? `, paid_at = '2026-02-02'`
        : state === 'CANCELED'
          ? `, voided_at = '2026-02-02'`
          : '';
    return `${given + issue()} UPDATE invoices SET status = '${state}'${at}`;
  },
  shapeOf: (state, { issued_at = null }) => ({
    issued_at: issued_at ?? (state === 'DRAFT' || state === 'CANCELED' ? null : day('2020-02-01')),
    paid_at: state === 'PAID' ? day('2020-02-02') : null,
    voided_at: state === 'CANCELED' ? day('2020-02-02') : null,
  }),
  ended: {
    rules: ['invoices_issued_immutable_rule', 'invoices_settled_immutable_rule', 'invoices_sums_rule'],
    open: ['user_id', 'invoice_url', 'updated_at'],
  },
};

interface Billing extends History {
  readonly subscriptionId: SubscriptionId;
  /** Of each invoice, the attempt to pay it that is under way or has succeeded. */
  readonly payments: Map<unknown, { id: TransactionId; hasSucceeded: boolean }>;
}

const PERIOD = { period_start: day('2020-01-01'), period_end: day('2020-02-01') };

/** The invoices of one subscription. Each has one line of 20.00. */
export function invoiceModel(client: () => PrismaClient, connect: Connect): Model<Billing> {
  return {
    machine: invoices,
    values: {
      issued_at: [null, day('2020-02-01'), day('2021-02-01')],
      due_at: [null, day('2020-01-15'), day('2090-01-15')],
      paid_at: [null, day('2020-02-02')],
      voided_at: [null, day('2020-02-02')],
      subtotal: [2000, 1500],
      discount: [500, 0, 2001, -1],
      tax: [300, 0],
      total: [1800, 2300, 1500],
      invoice_number: [null, 'CZ-2020-999999'],
      invoice_url: [null, 'https://example.com/1', 'http://example.com/1'],
      period_start: [null, PERIOD.period_start],
      period_end: [null, PERIOD.period_end, day('2019-12-01')],
    },
    often: [
      PERIOD,
      { issued_at: day('2020-02-01'), due_at: day('2020-01-15') },
      { status: 'OVERDUE', due_at: null },
      { invoice_number: 'CZ-2020-999999' },
      { discount: 0, total: 2300 },
      { subtotal: 1500, total: 1300 },
      { discount: 2001, total: 299 },
    ],
    checks: {
      invoices_discount_check: ({ discount, subtotal }) =>
        discount === 0 || (Number(discount) > 0 && Number(discount) <= Number(subtotal)),
      invoices_due_at_check: ({ issued_at, due_at }) =>
        issued_at === null || due_at === null || String(issued_at) <= String(due_at),
      invoices_invoice_url_check: ({ invoice_url }) =>
        invoice_url === null || /^https:/.test(String(invoice_url)),
      invoices_issued_at_check: ({ status, issued_at }) =>
        status === 'CANCELED' || (status === 'DRAFT') === (issued_at === null),
      // What is issued without a number gets one.
      invoices_number_check: ({ issued_at, invoice_number }) => issued_at !== null || invoice_number === null,
      invoices_overdue_check: ({ status, due_at }) => status !== 'OVERDUE' || due_at !== null,
      invoices_paid_at_check: ({ status, paid_at }) => (status === 'PAID') === (paid_at !== null),
      invoices_period_check: ({ period_start, period_end }) =>
        (period_start === null) === (period_end === null) &&
        (period_start === null || String(period_start) < String(period_end)),
      invoices_total_check: ({ subtotal, discount, tax, total }) =>
        Number(total) === Number(subtotal) - Number(discount) + Number(tax),
      invoices_voided_at_check: ({ status, voided_at }) => (status === 'CANCELED') === (voided_at !== null),
      invoices_billed_period_excl: (row, others) => !isBilled(row) || !others.some(isBilled),
      invoices_subtotal_rule: ({ subtotal }) => subtotal === 2000,
    },
    changes: {
      invoices_issued_immutable_rule: (after, before) =>
        before.issued_at === null ||
        isSameBut(after, before, ['status', 'paid_at', 'voided_at', 'invoice_url']),
      invoices_number_rule: (after, before) => before.issued_at !== null || after.invoice_number === null,
      invoices_settled_immutable_rule: (after, before) =>
        !isSettled(before) || after.status !== before.status || isSameBut(after, before, ['invoice_url']),
    },
    beginnings: {
      invoices_starts_as_draft_rule: ({ status }) => status === 'DRAFT',
    },
    filledIn: (after, before): Row =>
      before.issued_at === null && after.issued_at !== null ? { invoice_number: SOME } : {},
    async begin() {
      const { userId, subscriptionId } = await draftOfHistory(connect());
      let drafts = 0;
      return {
        where: `subscription_id = '${subscriptionId}'`,
        inserted: (id) => ({
          id,
          user_id: userId,
          subscription_id: subscriptionId,
          currency: 'EUR',
          subtotal: 2000,
          discount: 500,
          tax: 300,
          total: 1800,
          reason: 'SUBSCRIPTION_CYCLE',
          due_at: day('2090-01-15'),
          // Of two drafts one is for the same period.
          ...(drafts++ % 2 === 0 ? PERIOD : {}),
        }),
        alongside: (id) => line({ id, invoice_id: id }),
        subscriptionId,
        payments: new Map(),
      };
    },
    calls: {
      draftInvoice: call<Billing, { hasPeriod: boolean }>({
        arguments: fc.record({ hasPeriod: fc.boolean() }),
        expected({ rows, args }) {
          if (!args.hasPeriod) return [...rows, newDraft];
          return rows.some((row) => isBilled(row))
            ? 'PERIOD_ALREADY_INVOICED'
            : [...rows, { ...newDraft, ...PERIOD }];
        },
        run: ({ history: { subscriptionId }, args: { hasPeriod } }) =>
          draftInvoice(client(), {
            subscriptionId,
            currency: 'EUR',
            lines: [{ description: 'PRO', unitAmount: 1000, quantity: 2 }],
            reason: 'SUBSCRIPTION_CYCLE',
            ...(hasPeriod
              ? { period: { start: new Date(PERIOD.period_start), end: new Date(PERIOD.period_end) } }
              : {}),
          }),
      }),
      issueInvoice: call<Billing, undefined>({
        expected(called) {
          const { status, due_at } = called.row;
          if (status === 'CANCELED') return 'ILLEGAL_TRANSITION';
          if (status !== 'DRAFT') return called.rows;
          if (due_at !== null && String(due_at) < new Date().toISOString()) return 'DUE_DATE_INVALID';
          return changed(called, { status: 'SENT', issued_at: SOME, invoice_number: SOME });
        },
        run: ({ row }) => issueInvoice(client(), { invoiceId: row.id as InvoiceId }),
      }),
      markInvoicePaid: call<Billing, undefined>({
        expected(called) {
          if (called.row.status === 'PAID') return called.rows;
          if (!isPayable(called.row)) return 'INVOICE_NOT_PAYABLE';
          if (called.history.payments.has(called.row.id)) return 'PAYMENT_IN_FLIGHT';
          return changed(called, { status: 'PAID', paid_at: SOME });
        },
        run: ({ row }) => markInvoicePaid(client(), row.id as InvoiceId),
      }),
      voidInvoice: call<Billing, undefined>({
        expected(called) {
          if (called.row.status === 'CANCELED') return called.rows;
          if (called.row.status === 'PAID') return 'ILLEGAL_TRANSITION';
          if (called.history.payments.has(called.row.id)) return 'PAYMENT_IN_FLIGHT';
          return changed(called, { status: 'CANCELED', voided_at: SOME });
        },
        run: ({ row }) => voidInvoice(client(), row.id as InvoiceId),
      }),
      recordTransaction: call<Billing, undefined>({
        expected({ rows, row, history }) {
          if (!isPayable(row)) return 'INVOICE_NOT_PAYABLE';
          return history.payments.has(row.id) ? 'PAYMENT_IN_FLIGHT' : rows;
        },
        async run({ row, history }) {
          const invoiceId = row.id as InvoiceId;
          const { id } = await recordTransaction(client(), { invoiceId, idempotencyKey: randomUUID() });
          history.payments.set(row.id, { id, hasSucceeded: false });
        },
      }),
      succeedTransaction: call<Billing, undefined>({
        // Money that has come is written down whatever became of its invoice.
        expected(called) {
          const payment = called.history.payments.get(called.row.id);
          if (payment === undefined || payment.hasSucceeded || !isPayable(called.row)) return called.rows;
          return changed(called, { status: 'PAID', paid_at: SOME });
        },
        async run({ row, history }) {
          const payment = history.payments.get(row.id);
          if (payment === undefined || payment.hasSucceeded) return;
          await succeedTransaction(client(), { transactionId: payment.id });
          payment.hasSucceeded = true;
        },
      }),
      failTransaction: call<Billing, undefined>({
        expected: ({ rows }) => rows,
        async run({ row, history }) {
          const payment = history.payments.get(row.id);
          if (payment === undefined || payment.hasSucceeded) return;
          await failTransaction(client(), { transactionId: payment.id, failureCode: 'card_declined' });
          history.payments.delete(row.id);
        },
      }),
    },
  };
}

const newDraft: Row = {
  id: SOME,
  status: 'DRAFT',
  issued_at: null,
  due_at: null,
  paid_at: null,
  voided_at: null,
  subtotal: 2000,
  discount: 0,
  tax: 0,
  total: 2000,
  invoice_number: null,
  invoice_url: null,
  period_start: null,
  period_end: null,
};

const isPayable = isIn<InvoiceStatus>('SENT', 'OVERDUE', 'UNCOLLECTIBLE');
const isSettled = isIn<InvoiceStatus>('PAID', 'CANCELED');
const isBilled = ({ status, period_start }: Row): boolean => status !== 'CANCELED' && period_start !== null;
