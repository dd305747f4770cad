import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RejectedRow, runImport, type ServiceReport } from '../src/engine/run-import.js';
import { verify } from '../src/verify/verify.js';
import { createOldDatabase, everything, type OldDatabase } from './old-schema/old-database.js';
import { authTarget, keys, learningTarget, notificationsTarget, type TargetDatabase } from './targets.js';

/** What the schema was first planned to have is less: one name, no profile beyond a few columns, types as words. */
const FIRST = [
  `UPDATE "auth.users" SET "name" = "firstName" || ' van ' || "lastName"`,
  `ALTER TABLE "auth.users" ${[
    'firstName',
    'lastName',
    'userName',
    'username',
    'isActive',
    'isSuspended',
    'suspendedAt',
    'suspendedReason',
    'lastLoginAt',
    'lastLoginIp',
    'loginAttempts',
    'lockedUntil',
    'passwordChangedAt',
    'mustChangePassword',
    'twoFactorEnabled',
    'twoFactorSecret',
    'backupCodes',
    'emailNotifications',
    'marketingEmails',
  ]
    .map((column) => `DROP COLUMN "${column}"`)
    .join(', ')}`,
  `ALTER TABLE "auth.sessions" DROP COLUMN "revokedAt"`,
  `DROP TABLE "auth.email_changes", "auth.login_history", "learning.certificates", "notifications.user_settings",
     "notifications.user_devices", "_ModulePrerequisites"`,
  `UPDATE "notifications.notifications" SET "type" = 'COURSE_NEWS', "read" = "isRead"`,
  `ALTER TABLE "notifications.notifications" DROP COLUMN "typeId", DROP COLUMN "isRead", DROP COLUMN "isSeen", DROP COLUMN "data"`,
  `DROP TABLE "notifications.notification_types"`,
];

let old: OldDatabase;
let targets: TargetDatabase[];
let reports: readonly ServiceReport[];
const rejects: RejectedRow[] = [];

beforeAll(async () => {
  old = await createOldDatabase(40, everything);
  for (const sql of FIRST) await old.client.query(sql);
  targets = [await authTarget(), await learningTarget(), await notificationsTarget()];
  reports = await runImport({
    sourceUrl: old.url,
    targets,
    keys,
    dryRun: true,
    onReject: (row) => rejects.push(row),
  });
  await runImport({ sourceUrl: old.url, targets, keys, onReject: (row) => rejects.push(row) });
});
afterAll(async () => {
  for (const target of targets) await target.drop();
  await old.drop();
});

it('a database of the first schema goes over as well', async () => {
  expect(rejects).toEqual([]);
  expect((await verify({ sourceUrl: old.url, targets, keys })).isEqual).toBe(true);
});

it('of one name the last word is the last name', async () => {
  const [auth] = targets;

  expect(
    await auth?.query(`SELECT first_name, last_name FROM users WHERE email = 'user1@example.com'`),
  ).toEqual([{ first_name: 'First1 van', last_name: 'Last1' }]);
});

it('types that are words become types', async () => {
  const notifications = targets.at(-1);

  expect(
    await notifications?.query(
      `SELECT t.slug, count(*)::int AS n, count(n.read_at)::int AS read FROM notifications n JOIN notification_types t ON t.id = n.type_id GROUP BY 1`,
    ),
  ).toEqual([{ slug: 'course-news', n: 160, read: 80 }]);
});

it('a dry run names the columns that nothing is read from', () => {
  const unread = reports.flatMap((report) => report.unread ?? []);

  expect(unread).toContain('auth.user_profiles.totalLearningHours');
  expect(unread).not.toContain('auth.users.email');
});
