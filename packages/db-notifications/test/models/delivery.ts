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
import fc from 'fast-check';
import type { Client } from 'pg';
import {
  claimDeliveries,
  type DeliveryStatus,
  extendClaim,
  type NotificationDelivery,
  type PrismaClient,
  recordDelivery,
  recordProviderReport,
} from '../../src/index.js';
import { delivery, givenNotification, notification, states } from '../constraints/rows.js';

export const deliveries: StateMachine<DeliveryStatus> = {
  table: 'notification_deliveries',
  transitions: 'rules.delivery_transitions',
  rule: 'notification_deliveries_transition_rule',
  allowed: {
    PENDING: ['SENDING', 'CANCELED'],
    HELD: ['DIGESTED', 'CANCELED', 'PENDING'],
    DIGESTED: [],
    SENDING: ['SENT', 'PENDING', 'FAILED'],
    SENT: ['DELIVERED', 'FAILED'],
    DELIVERED: ['FAILED'],
    FAILED: [],
    CANCELED: [],
  },
  rowIn: (status) => {
    const { pending, held, digested, sending, sent, delivered, failed, canceled } = states;
    const rows = {
      PENDING: pending,
      HELD: held,
      DIGESTED: digested,
      SENDING: sending,
      SENT: sent,
      DELIVERED: delivered,
      FAILED: failed,
      CANCELED: canceled,
    };
    return givenNotification + delivery({ ...rows[status], attempts: '1' });
  },
  shapeOf: (status, { status: before, attempts, sent_at = null, provider_message_id = null }) => ({
    // A claim counts one attempt more. A new row that was tried has had one.
    attempts:
      before === undefined ? 1 : Number(attempts) + Number(status === 'SENDING' && before !== 'SENDING'),
    next_attempt_at: status === 'PENDING' || status === 'HELD' ? SOON : null,
    claimed_at: status === 'SENDING' ? LATER : null,
    worker: status === 'SENDING' ? 'worker' : null,
    lease_expires_at: status === 'SENDING' ? LATER : null,
    sent_at:
      status === 'SENT' || status === 'DELIVERED' ? (sent_at ?? LATER) : status === 'FAILED' ? sent_at : null,
    delivered_at: status === 'DELIVERED' ? LATER : null,
    failed_at: status === 'FAILED' ? LATER : null,
    canceled_at: status === 'CANCELED' ? LATER : null,
    cancel_reason: status === 'CANCELED' ? 'EXPIRED' : null,
    error_code: status === 'FAILED' ? 'UNREACHABLE' : null,
    error_message: null,
    provider_message_id: status === 'SENT' ? 'm1' : provider_message_id,
  }),
  ended: {
    rules: ['notification_deliveries_ended_immutable_rule', 'notification_deliveries_attempts_rule'],
    open: ['updated_at'],
  },
};

const CREATED = day('2026-01-01');
/** Due already. */
const SOON = day('2026-01-01');
/** After the rows of the constraint cases were made, too. */
const LATER = day('2090-01-01');
const EARLIER = day('2019-01-01');

/** The deliveries of one notification by e-mail. */
export function deliveryModel(client: () => PrismaClient, connect: () => Client): Model {
  const TIMES = [null, LATER, EARLIER];
  return {
    machine: deliveries,
    values: {
      attempts: [0, 1, 2, 3, 4, -1],
      max_attempts: [3, 20, 0, 21],
      next_attempt_at: [null, SOON, LATER],
      claimed_at: TIMES,
      worker: [null, 'worker'],
      lease_expires_at: TIMES,
      sent_at: TIMES,
      delivered_at: [null, LATER],
      failed_at: TIMES,
      canceled_at: TIMES,
      cancel_reason: [null, 'EXPIRED'],
      error_code: [null, 'UNREACHABLE'],
      error_message: [null, 'Timed out.'],
      provider_message_id: [null, 'm1'],
    },
    often: [
      { error_code: 'UNREACHABLE', error_message: 'Timed out.' },
      { attempts: 3, max_attempts: 3 },
      { attempts: 0 },
      { error_code: null },
      { lease_expires_at: EARLIER },
    ],
    checks: {
      notification_deliveries_after_created_check: (row) =>
        ![row.claimed_at, row.sent_at, row.failed_at, row.canceled_at].includes(EARLIER),
      notification_deliveries_attempt_left_check: (row) =>
        Number(row.attempts) < Number(row.max_attempts) || row.status !== 'PENDING',
      notification_deliveries_attempted_check: (row) => Number(row.attempts) >= 1 || isUntried(row),
      notification_deliveries_attempts_within_max_check: ({ attempts, max_attempts }) =>
        Number(attempts) >= 0 && Number(attempts) <= Number(max_attempts),
      notification_deliveries_canceled_time_check: timeOf('CANCELED', 'canceled_at'),
      notification_deliveries_canceled_has_reason_check: timeOf('CANCELED', 'cancel_reason'),
      notification_deliveries_delivered_time_check: timeOf('DELIVERED', 'delivered_at'),
      notification_deliveries_error_message_check: ({ error_code, error_message }) =>
        error_message === null || error_code !== null,
      notification_deliveries_error_of_attempt_check: ({ status, attempts, error_code }) =>
        error_code === null || (Number(attempts) >= 1 && status !== 'SENT' && status !== 'DELIVERED'),
      notification_deliveries_failed_has_error_check: ({ status, error_code }) =>
        status !== 'FAILED' || error_code !== null,
      notification_deliveries_failed_time_check: timeOf('FAILED', 'failed_at'),
      notification_deliveries_max_attempts_check: ({ max_attempts }) =>
        Number(max_attempts) >= 1 && Number(max_attempts) <= 20,
      notification_deliveries_pending_is_scheduled_check: (row) =>
        (row.status === 'PENDING' || row.status === 'HELD') === (row.next_attempt_at !== null),
      notification_deliveries_provider_message_sent_check: ({ provider_message_id, sent_at }) =>
        provider_message_id === null || sent_at !== null,
      notification_deliveries_sending_has_lease_check: timeOf('SENDING', 'lease_expires_at'),
      notification_deliveries_sending_has_owner_check: timeOf('SENDING', 'worker'),
      notification_deliveries_sending_is_claimed_check: timeOf('SENDING', 'claimed_at'),
      notification_deliveries_sent_time_check: ({ status, sent_at }) =>
        sent_at === null
          ? status !== 'SENT' && status !== 'DELIVERED'
          : status === 'SENT' || status === 'DELIVERED' || status === 'FAILED',
    },
    changes: {
      notification_deliveries_attempts_rule: (after, before) =>
        after.attempts ===
        Number(before.attempts) + Number(after.status === 'SENDING' && before.status !== 'SENDING'),
      notification_deliveries_ended_immutable_rule: (after, before) =>
        !isEnded(before) || after.status !== before.status || isSameBut(after, before, []),
    },
    async begin() {
      const notificationId = randomUUID();
      // The queue is everybody's: what other histories have left in it would be claimed as well.
      await connect().query(`DELETE FROM notifications; ${notification({ id: `'${notificationId}'` })}`);
      let attempt_group = 0;
      return {
        where: `notification_id = '${notificationId}'`,
        inserted(id) {
          attempt_group += 1;
          const channel = 'EMAIL';
          const times = { created_at: CREATED, updated_at: CREATED };
          return { id, notification_id: notificationId, channel, attempt_group, max_attempts: 3, ...times };
        },
      };
    },
    calls: {
      claimDeliveries: call<History, { leaseSeconds: number }>({
        arguments: fc.record({ leaseSeconds: fc.constantFrom(3_600, 86_400) }),
        expected: ({ rows }) => rows.map(claimed),
        run: ({ args }) => claimDeliveries(client(), { channel: 'EMAIL', ...args }),
      }),
      extendClaim: call<History, { ofThisClaim: boolean }>({
        arguments: fc.record({ ofThisClaim: fc.constantFrom(true, true, false) }),
        expected(called) {
          const { row, rows, args } = called;
          if (row.status !== 'SENDING' || !args.ofThisClaim) return rows;
          return changed(called, row.lease_expires_at === LATER ? {} : { lease_expires_at: SOME });
        },
        run: ({ row, args }) => extendClaim(client(), claimOf(row, args)),
      }),
      recordDelivery: call<History, { ofThisClaim: boolean; result: Parameters<typeof recordDelivery>[2] }>({
        arguments: fc.record({
          ofThisClaim: fc.constantFrom(true, true, true, false),
          result: fc.constantFrom(
            { outcome: 'SENT' as const },
            { outcome: 'FAILED' as const, errorCode: 'BUSY' },
            { outcome: 'FAILED' as const, errorCode: 'BLOCKED', permanent: true },
          ),
        }),
        expected(called) {
          const { row, args } = called;
          if (row.status !== 'SENDING' || !args.ofThisClaim) return 'DELIVERY_CLAIM_LOST';
          return changed(called, recorded(row, args.result));
        },
        run: ({ row, args }) => recordDelivery(client(), claimOf(row, args), args.result),
      }),
      recordProviderReport: call<History, { arrived: boolean }>({
        arguments: fc.record({ arrived: fc.boolean() }),
        expected({ rows, args }) {
          if (rows.every(({ provider_message_id }) => provider_message_id !== 'm1'))
            return 'DELIVERY_NOT_FOUND';
          return rows.map((row) => (row.provider_message_id === 'm1' ? reported(row, args.arrived) : row));
        },
        run: ({ args: { arrived } }) =>
          recordProviderReport(
            client(),
            { channel: 'EMAIL', providerMessageId: 'm1' },
            arrived ? { outcome: 'DELIVERED' } : { outcome: 'FAILED', errorCode: 'BOUNCED' },
          ),
      }),
    },
  };
}

/** What a claim makes of a delivery: an abandoned one is released, to be claimed the next time. */
function claimed(row: Row): Row {
  const attempts = Number(row.attempts);
  if (row.status === 'PENDING' && isPast(row.next_attempt_at)) {
    return {
      ...row,
      status: 'SENDING',
      attempts: attempts + 1,
      next_attempt_at: null,
      claimed_at: SOME,
      worker: SOME,
      lease_expires_at: SOME,
    };
  }
  if (row.status !== 'SENDING' || !isPast(row.lease_expires_at)) return row;
  const released = { ...row, ...unclaimed, error_code: 'LEASE_EXPIRED', error_message: null };
  return attempts < Number(row.max_attempts)
    ? { ...released, status: 'PENDING', next_attempt_at: SOME }
    : { ...released, status: 'FAILED', failed_at: SOME };
}

const unclaimed = { claimed_at: null, worker: null, lease_expires_at: null };

/** A bounce counts more than an arrival. */
function reported(row: Row, arrived: boolean): Row {
  if (row.status === 'SENT' && arrived) return { ...row, status: 'DELIVERED', delivered_at: SOME };
  if (arrived || (row.status !== 'SENT' && row.status !== 'DELIVERED')) return row;
  return { ...row, status: 'FAILED', failed_at: SOME, delivered_at: null, error_code: 'BOUNCED' };
}

function recorded(row: Row, result: Parameters<typeof recordDelivery>[2]): Row {
  const ended = { ...unclaimed, error_message: null };
  if (result.outcome === 'SENT') {
    return { ...ended, status: 'SENT', sent_at: SOME, provider_message_id: null, error_code: null };
  }
  const failed = { ...ended, error_code: result.errorCode };
  return result.permanent === true || Number(row.attempts) >= Number(row.max_attempts)
    ? { ...failed, status: 'FAILED', failed_at: SOME }
    : { ...failed, status: 'PENDING', next_attempt_at: SOME };
}

/** The column is set exactly in this state. */
function timeOf(state: DeliveryStatus, column: string): (row: Row) => boolean {
  return (row) => (row.status === state) === (row[column] !== null);
}

const isUntried = isIn<DeliveryStatus>('PENDING', 'HELD', 'DIGESTED', 'CANCELED');
const isEnded = isIn<DeliveryStatus>('DIGESTED', 'DELIVERED', 'FAILED', 'CANCELED');

/** Those set here lie years ahead or behind, and those that a call sets are now or 15 seconds ahead at least. */
function isPast(time: Row[string] | undefined): boolean {
  return new Date(String(time)).getTime() < Date.now() + 5_000;
}

function claimOf(row: Row, { ofThisClaim }: { ofThisClaim: boolean }) {
  return { id: idOf(row), attempts: Number(row.attempts) + (ofThisClaim ? 0 : 1) };
}

function idOf({ id }: Row): NotificationDelivery['id'] {
  return id as NotificationDelivery['id'];
}
