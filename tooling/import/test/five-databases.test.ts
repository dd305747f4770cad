import { createClient as createActivityClient, findEngagement } from '@codezest/db-activity';
import {
  createClient as createNotificationsClient,
  pushTargets,
  registerDevice,
} from '@codezest/db-notifications';
import { parseUserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RejectedRow, runImport, type ServiceReport } from '../src/engine/run-import.js';
import { verify } from '../src/verify/verify.js';
import { differences } from '../src/verify/verify-service.js';
import { createOldDatabase, everything, type OldDatabase } from './old-schema/old-database.js';
import {
  activityTarget,
  authTarget,
  keys,
  learningTarget,
  notificationsTarget,
  paymentsTarget,
  type TargetDatabase,
} from './targets.js';

let old: OldDatabase;
let targets: TargetDatabase[];
let reports: readonly ServiceReport[];
const rejects: RejectedRow[] = [];

beforeAll(async () => {
  old = await createOldDatabase(200, everything);
  targets = [
    await authTarget(),
    await learningTarget(),
    await paymentsTarget(),
    await notificationsTarget(),
    await activityTarget(),
  ];
  reports = await runImport({ sourceUrl: old.url, targets, keys, onReject: (row) => rejects.push(row) });
});
afterAll(async () => {
  for (const target of targets) await target.drop();
  await old.drop();
});

const of = (service: string) => targets.find(({ into }) => into.service === service) as TargetDatabase;

it('all of it goes over, and no id of a user leads nowhere', async () => {
  expect(rejects).toEqual([]);
  const result = await verify({ sourceUrl: old.url, targets, keys });
  expect(result.services.flatMap(({ tables }) => differences(tables))).toEqual([]);
  expect(result.references.filter(({ ids }) => ids > 0).length).toBeGreaterThan(12);
  expect(result.isEqual).toBe(true);
});

it('a second run writes nothing', async () => {
  for (const { steps } of await runImport({ sourceUrl: old.url, targets, keys }))
    for (const step of steps) expect(step).toMatchObject({ added: 0, changed: 0, removed: 0 });
});

it('tells nobody what has been told long ago', async () => {
  const outboxes = await Promise.all(
    targets.map(async ({ query }) => {
      const [found] = await query<{ there: boolean }>(`SELECT to_regclass('outbox') IS NOT NULL AS there`);
      return found?.there ? query('SELECT 1 FROM outbox') : undefined;
    }),
  );

  expect(outboxes.filter((rows) => rows !== undefined).length).toBeGreaterThan(0);
  expect(outboxes.flatMap((rows) => rows ?? [])).toEqual([]);
  await of('auth').query(
    `INSERT INTO users (id, email, password, first_name, last_name)
     VALUES (gen_random_uuid(), 'later@example.com', '$2b$10$${'a'.repeat(53)}', 'A', 'B')`,
  );
  expect((await of('auth').query('SELECT 1 FROM outbox')).length).toBeGreaterThan(0);
});

it('says what is lost', () => {
  const lost = reports.flatMap(({ notes }) => notes).filter(({ kind }) => kind === 'lost');

  expect(lost.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['notifications.email_logs.body', 'notifications.notifications.actionUrl']),
  );
});

it('no mail of before is kept, nor any link in it', async () => {
  expect(
    await of('notifications').query(`SELECT 1 FROM email_logs e WHERE e::text LIKE '%secret-%'`),
  ).toEqual([]);
});

it('a device that registers again is the one that is there', async () => {
  const client = createNotificationsClient({ url: of('notifications').url });
  const [row] = (await old.client.query('SELECT token FROM "notifications.user_devices" ORDER BY id LIMIT 1'))
    .rows;
  const options = { encryption: keys.encryption('notifications'), lookup: keys.lookup('notifications') };
  const before = await of('notifications').query('SELECT 1 FROM user_devices');
  const [owner] = await of('notifications').query<{ id: string }>(
    'SELECT user_id::text AS id FROM user_devices LIMIT 1',
  );
  const userId = parseUserId(owner?.id ?? '');
  await registerDevice(client, { userId, token: row.token, platform: 'IOS' }, options);

  expect(await of('notifications').query('SELECT 1 FROM user_devices')).toHaveLength(before.length);
  const sent = await pushTargets(client, [userId], options);
  expect(sent.map(({ token }) => token)).toContain(row.token.toLowerCase());
  await client.$disconnect();
});

it('points are in the ledger, and streaks are those of the source, as their days say too', async () => {
  const [{ wrong } = { wrong: -1 }] = await of('activity').query<{ wrong: number }>(
    `SELECT count(*)::int AS wrong FROM user_engagements e, LATERAL rules.streaks_of(e.user_id) s
     WHERE e.streak > 0 AND (s.streak, s.longest) IS DISTINCT FROM (e.streak, e.longest_streak)
       OR e.points <> (SELECT coalesce(sum(p.points), 0) FROM points_entries p WHERE p.user_id = e.user_id)`,
  );

  expect(wrong).toBe(0);
  const client = createActivityClient({ url: of('activity').url });
  const [someone] = await of('activity').query<{ id: string }>(
    'SELECT user_id::text AS id FROM user_engagements WHERE points > 0 LIMIT 1',
  );
  expect(
    (await findEngagement(client, { userId: parseUserId(someone?.id ?? ''), timeZone: 'UTC' }))?.points,
  ).toBeGreaterThan(0);
  await client.$disconnect();
});
