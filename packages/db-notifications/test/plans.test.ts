import { describePartialIndexes } from '@codezest/constraint-tests';
import type { NotificationId, UserId } from '@codezest/db-types';
import { Client as Connection, escapeLiteral } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Client,
  claimDeliveries,
  effectiveChannels,
  inboxCounts,
  listInbox,
  markAllRead,
  markRead,
  markSeen,
  notify,
  notifyMany,
  pushTargets,
  quietUntil,
  recordDelivery,
  recordProviderReport,
  registerDevice,
  retireDevice,
  upsertRecipient,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { keyring, message } from './fixtures.js';

/** Of 5,000 users, 2 % of the notifications unread, 1 % of the deliveries waiting. User 1 has a tenth of everything. */
const fill = `
  CREATE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
  INSERT INTO notification_types (id, name, slug, category, updated_at)
    SELECT pg_temp.id(1, n), 'Type', 'type-' || n, 'LEARNING', now() FROM generate_series(1, 17) n;
  INSERT INTO notifications (id, user_id, type_id, event_id, title, message, created_at, updated_at, seen_at, read_at)
    SELECT pg_temp.id(2, n), pg_temp.id(9, CASE WHEN n % 10 = 0 THEN 1 ELSE n * 7919 % 5000 END), pg_temp.id(1, 1 + n % 17),
      pg_temp.id(8, n), 'Title', 'Message', at, at, at, CASE WHEN n % 50 <> 0 THEN at END
    FROM generate_series(1, 150000) n, LATERAL (SELECT now() - n * interval '1 minute' AS at) AS time;
  INSERT INTO notification_deliveries (id, notification_id, channel, status, attempts, next_attempt_at, claimed_at, sent_at,
      delivered_at, provider_message_id, created_at, updated_at)
    SELECT pg_temp.id(3, n), pg_temp.id(2, 1 + n % 150000), CASE WHEN n > 150000 THEN 'EMAIL' ELSE 'IN_APP' END::"NotificationChannel",
      status::"DeliveryStatus", (status <> 'PENDING')::int,
      CASE status WHEN 'PENDING' THEN now() END, CASE status WHEN 'SENDING' THEN now() END,
      CASE status WHEN 'DELIVERED' THEN now() END, CASE status WHEN 'DELIVERED' THEN now() END,
      CASE status WHEN 'DELIVERED' THEN 'm' || n END, now(), now()
    FROM generate_series(1, 250000) n, LATERAL (SELECT CASE WHEN n > 150000 AND n % 100 = 0 THEN 'PENDING'
      WHEN n > 150000 AND n % 1000 = 1 THEN 'SENDING' ELSE 'DELIVERED' END AS status) AS s;
  INSERT INTO recipients (id, user_id, email, first_name, last_name, version, updated_at)
    SELECT pg_temp.id(4, n), pg_temp.id(9, n), n || '@example.com', 'A', 'B', 1, now() FROM generate_series(1, 100000) n;
  INSERT INTO notification_preferences (id, user_id, updated_at)
    SELECT pg_temp.id(5, n), pg_temp.id(9, n), now() FROM generate_series(1, 100000) n;
  INSERT INTO user_notification_settings (id, user_id, type_id, email, updated_at)
    SELECT pg_temp.id(6, n), pg_temp.id(9, n), pg_temp.id(1, 1 + n % 17), false, now() FROM generate_series(1, 100000) n;
  INSERT INTO user_devices (id, user_id, token_encrypted, token_hash, token_hash_key_id, platform, updated_at)
    SELECT pg_temp.id(7, n), pg_temp.id(9, n), 'v1.k1.a.b.c', sha256(n::text::bytea), 'h1', 'IOS', now() FROM generate_series(1, 100000) n;
  ANALYZE;`;

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
}, 120_000);

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
    'markSeen',
    (client) => markSeen(client, { userId, notificationIds: [notificationId] }),
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
      'notification_deliveries_channel_next_attempt_at_pending_idx',
      'notification_deliveries_claimed_at_sending_idx',
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
    ['notification_deliveries_channel_provider_message_id_key'],
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
  database: () => database,
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
