import { describePartialIndexes } from '@codezest/constraint-tests';
import type { NotificationId, UserId } from '@codezest/db-types';
import { Client as Connection, escapeLiteral } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actorsOf,
  type Client,
  cancelNotifications,
  claimDeliveries,
  digestItems,
  effectiveChannels,
  extendClaim,
  inboxCounts,
  liftSuppression,
  listInbox,
  listSuppressions,
  markAllRead,
  markRead,
  markSeen,
  notify,
  notifyMany,
  pushTargets,
  quietUntil,
  recordDelivery,
  recordEmailReport,
  recordProviderReport,
  registerDevice,
  retireDevice,
  runBroadcast,
  upsertRecipient,
  writeDigests,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { keyring, message } from './fixtures.js';
import { fill } from './rows-of-plans.js';

const id = <Id>(kind: number, n: number) =>
  `${kind.toString(16).padStart(8, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as Id;
const userId = id<UserId>(9, 1);
const keys = { encryption: keyring('k1'), lookup: keyring('h1', 'h0') };
const cursor = Buffer.from(
  JSON.stringify([`inbox of ${userId}`, new Date().toISOString(), id(2, 500)]),
).toString('base64url');

let database: TestDatabase;
let connection: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = new Connection({ connectionString: database.owner.url });
  await connection.connect();
  await connection.query(fill);
});

afterAll(async () => {
  await connection.end();
  await database.drop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** How PostgreSQL would run what a function sends: once planned for these values, once for any, as it is after a while. */
async function plansOf(call: (client: Client) => Promise<unknown>): Promise<PlanNode[][]> {
  const statements: { text: string; values: unknown[] }[] = [];
  const recorder = {
    $queryRawUnsafe: async (text: string, ...values: unknown[]) => {
      statements.push({ text, values });
      return [];
    },
  };
  // With no row as an answer most functions refuse; what they have sent is known by then.
  await call(recorder as unknown as Client).catch(() => undefined);

  const plans: PlanNode[][] = [];
  for (const { text, values } of statements)
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await connection.query(`SET plan_cache_mode = ${mode}; PREPARE asked AS ${text}`);
      const { rows } = await connection.query(
        `EXPLAIN (FORMAT JSON) EXECUTE asked(${values.map(literal).join(', ')})`,
      );
      await connection.query('DEALLOCATE asked');
      plans.push(nodesOf(rows[0]['QUERY PLAN'][0].Plan));
    }
  return plans;
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return escapeLiteral(`{${value.join(',')}}`);
  return escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}

const event = { ...message('type-1'), eventId: id<never>(8, 3) };
const notificationId = id<NotificationId>(2, 500);
const account = { userId, version: 2, email: 'a@example.com', firstName: 'A', lastName: 'B' };
const inbox = 'notifications_user_id_created_at_id_idx';
const unread = 'notifications_user_id_unread_idx';

const cases: [title: string, call: (client: Client) => Promise<unknown>, indexes: string[]][] = [
  ['listInbox', (client) => listInbox(client, userId), [inbox]],
  ['listInbox, the next page', (client) => listInbox(client, userId, { cursor }), [inbox]],
  ['listInbox, unread', (client) => listInbox(client, userId, { unreadOnly: true }), [unread]],
  ['inboxCounts', (client) => inboxCounts(client, userId), [unread]],
  ['markRead', (client) => markRead(client, { userId, notificationId }), ['notifications_pkey']],
  ['markAllRead', (client) => markAllRead(client, { userId }), [unread]],
  [
    'actorsOf',
    (client) => actorsOf(client, [notificationId]),
    ['notification_occurrences_notification_id_idx', 'recipients_user_id_key'],
  ],
  [
    'markSeen',
    (client) => markSeen(client, { userId, notifications: [{ id: notificationId, occurrences: 1 }] }),
    ['notifications_pkey'],
  ],
  [
    'effectiveChannels',
    (client) => effectiveChannels(client, { userId, typeSlug: 'type-1' }),
    ['user_notification_settings_user_id_type_id_key', 'notification_preferences_user_id_key'],
  ],
  [
    'quietUntil',
    (client) => quietUntil(client, userId),
    ['notification_preferences_user_id_key', 'recipients_user_id_key'],
  ],
  [
    'notify',
    (client) => notify(client, { ...event, userId }),
    [
      'user_notification_settings_user_id_type_id_key',
      'notification_preferences_user_id_key',
      'recipients_user_id_key',
      'user_devices_user_id_idx',
    ],
  ],
  [
    'notifyMany',
    (client) => notifyMany(client, { ...event, userIds: [userId] }),
    [
      'user_notification_settings_user_id_type_id_key',
      'notification_preferences_user_id_key',
      'recipients_user_id_key',
    ],
  ],
  [
    'claimDeliveries',
    (client) => claimDeliveries(client, { channel: 'EMAIL' }),
    [
      'notification_deliveries_channel_priority_due_pending_idx',
      'notification_deliveries_channel_lease_expires_at_sending_idx',
      'suppressions_channel_address_reason_key',
      'recipients_user_id_key',
      'user_notification_settings_user_id_type_id_key',
      'notification_preferences_user_id_key',
    ],
  ],
  [
    'recordDelivery, sent',
    (client) => recordDelivery(client, { id: id(3, 1), attempts: 1 }, { outcome: 'SENT' }),
    ['notification_deliveries_pkey'],
  ],
  [
    'recordDelivery, failed',
    (client) => recordDelivery(client, { id: id(3, 1), attempts: 1 }, { outcome: 'FAILED', errorCode: 'X' }),
    ['notification_deliveries_pkey'],
  ],
  [
    'recordProviderReport',
    (client) =>
      recordProviderReport(client, { channel: 'EMAIL', providerMessageId: 'm1' }, { outcome: 'DELIVERED' }),
    ['notification_deliveries_channel_provider_message_id_idx'],
  ],
  [
    'writeDigests',
    (client) => writeDigests(client, { typeSlug: 'type-1', title: 'A', message: 'B' }),
    ['notification_deliveries_next_attempt_at_held_idx', 'notification_preferences_user_id_key'],
  ],
  ['digestItems', (client) => digestItems(client, notificationId), ['notification_deliveries_digest_id_idx']],
  [
    'cancelNotifications',
    (client) => cancelNotifications(client, { eventId: id<never>(8, 3) }),
    ['notifications_event_id_user_id_key'],
  ],
  [
    'cancelNotifications, by subject',
    (client) => cancelNotifications(client, { subject: 'assignment:42' }),
    ['notifications_subject_idx'],
  ],
  [
    'claimDeliveries, capped',
    (client) => claimDeliveries(client, { channel: 'EMAIL', perUserPerDay: 5 }),
    ['notification_deliveries_channel_priority_due_pending_idx', 'recipients_user_id_key'],
  ],
  ['runBroadcast', (client) => runBroadcast(client, id<never>(13, 1)), ['broadcasts_pkey']],
  [
    'the next people of a broadcast',
    (client) =>
      client.$queryRawUnsafe(
        'SELECT user_id, locale FROM recipients WHERE id > $1::uuid ORDER BY id LIMIT 1000',
        userId,
      ),
    ['recipients_pkey'],
  ],
  [
    'recordEmailReport',
    (client) => recordEmailReport(client, { provider: 'SES', providerId: 'e7' }, { outcome: 'COMPLAINED' }),
    ['email_logs_provider_provider_id_idx', 'email_logs_pkey'],
  ],
  [
    'extendClaim',
    (client) => extendClaim(client, { id: id(3, 1), attempts: 1 }),
    ['notification_deliveries_pkey'],
  ],
  [
    'listSuppressions',
    (client) => listSuppressions(client, { channel: 'EMAIL', address: '7@example.com' }),
    ['suppressions_channel_address_reason_key'],
  ],
  [
    'liftSuppression',
    (client) => liftSuppression(client, { channel: 'EMAIL', address: '7@example.com' }),
    ['suppressions_channel_address_reason_key'],
  ],
  [
    'registerDevice',
    (client) => registerDevice(client, { userId, token: 't', platform: 'IOS' }, keys),
    ['user_devices_token_hash_key'],
  ],
  ['retireDevice', (client) => retireDevice(client, { userId, token: 't' }, keys), []],
  ['pushTargets', (client) => pushTargets(client, [userId], keys), ['user_devices_user_id_idx']],
  ['upsertRecipient', (client) => upsertRecipient(client, account), []],
  [
    'the open one that others are collapsed into',
    (client) =>
      client.$queryRawUnsafe(
        `SELECT id FROM notifications WHERE user_id = $1::uuid AND type_id = $2::uuid AND priority = 'LOW' AND collapse_key = $3
           AND collapses_until IS NOT NULL AND seen_at IS NULL FOR UPDATE`,
        userId,
        notificationId,
        'comments:42',
      ),
    ['notifications_collapse_open_key'],
  ],
  [
    'the clean-up of what has expired',
    (client) =>
      client.$queryRawUnsafe('DELETE FROM notifications WHERE expires_at < $1::timestamptz', new Date()),
    ['notifications_expires_at_set_idx'],
  ],
];

describe('the plan of', () => {
  it.each(cases)(
    '%s uses the index that is meant for it, and reads no growing table whole',
    async (_, call, indexes) => {
      const plans = await plansOf(call);

      expect(plans.length).toBeGreaterThanOrEqual(2);
      for (const nodes of plans.slice(0, 2)) {
        const used = new Set(nodes.map((node) => node['Index Name']));
        expect([...used]).toEqual(expect.arrayContaining(indexes));
      }
      const whole = plans
        .flat()
        .filter((node) => node['Node Type'] === 'Seq Scan')
        .map((node) => node['Relation Name']);
      expect(whole.filter((table) => table !== 'notification_types')).toEqual([]);
    },
  );
});

describePartialIndexes({
  database: () => database.owner,
  async plansWithout({ name, drop }) {
    const meant = cases.find(([, , indexes]) => indexes.includes(name));
    if (meant === undefined) return undefined;
    await connection.query(`BEGIN; ${drop}`);
    try {
      return (await plansOf(meant[1])).flat().flatMap((node) => node['Index Name'] ?? []);
    } finally {
      await connection.query('ROLLBACK');
    }
  },
});
