import { join } from 'node:path';
import { executeCli } from '@codezest/db-core/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseErrorFacts, deleteExpired, type PrismaClient, requestPasswordReset } from '../src/index.js';
import { addRetentionCommand } from '../src/retention-command.js';
import { factories } from '../src/testing.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, refusal } from './fixtures.js';
import { letPass } from './passing-time.js';

const DAY = 24 * 3_600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY);

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function retention(...options: string[]) {
  let out = '';
  let errors = '';
  const code = await executeCli(
    { service: 'auth', package: join(import.meta.dirname, '..'), addCommands: addRetentionCommand },
    {
      argv: ['retention', ...options],
      env: { AUTH_DATABASE_URL: database.owner.url },
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (errors += text) },
    },
  );
  return { code, out, errors };
}

/** An account with a login of 91 days ago and one of today. */
async function account(deletedAt: Date | null = null) {
  const { id: userId } = (await newAccount(client)).user;
  await database.owner.client.loginHistory.createMany({
    data: [
      { userId, success: true, createdAt: daysAgo(91) },
      { userId, success: true },
    ],
  });
  if (deletedAt !== null) await client.user.update({ where: { id: userId }, data: { deletedAt } });
  return userId;
}

test('deleteExpired deletes what is over and nothing else, and shows it before', async () => {
  const userId = await account();

  expect((await deleteExpired(client, { dryRun: true })).login_history).toBe(1);
  expect((await deleteExpired(client)).login_history).toBe(1);

  expect(await client.loginHistory.count({ where: { userId } })).toBe(1);
  for (const batch of [0, 1.5, Number.NaN, 10_001]) {
    expect(await refusal(deleteExpired(client, { batch }))).toBe('BATCH_INVALID');
  }
});

test('of every table what has expired goes, in batches, and the rest stays', async () => {
  const make = factories(database.owner.client);
  const [createdAt, consumedAt, expiresAt] = [daysAgo(0.02), daysAgo(0.01), daysAgo(0.001)];
  const over = { createdAt, expiresAt };
  const counted = { createdAt: daysAgo(0.06), expiresAt: daysAgo(0.05) };
  const ended = { lastUsedAt: createdAt, revokedAt: consumedAt, revokedReason: 'LOGOUT' } as const;
  const rows: Record<string, (isOver: boolean) => Promise<unknown>> = {
    sessions: (isOver) => make.session(isOver ? { ...over, ...ended } : {}),
    password_resets: (isOver) => make.passwordReset(isOver ? { ...counted, consumedAt } : over),
    email_verifications: (isOver) => make.emailVerification(isOver ? { ...over, consumedAt } : {}),
    email_changes: (isOver) =>
      make.emailChange(isOver ? { createdAt, expiresAt: consumedAt, undoExpiresAt: expiresAt } : {}),
    pending_logins: (isOver) => make.pendingLogin(isOver ? counted : over),
    passkey_challenges: (isOver) => make.passkeyChallenge(isOver ? over : {}),
    known_devices: (isOver) => make.knownDevice(isOver ? { ...over, lastUsedAt: createdAt } : {}),
    login_sources: (isOver) => make.loginSource(isOver ? { createdAt, windowEndsAt: expiresAt } : {}),
    login_history: (isOver) => make.loginHistory({ createdAt: daysAgo(isOver ? 91 : 89) }),
  };
  const counts = (count: number) => Object.fromEntries(Object.keys(rows).map((table) => [table, count]));
  for (const make of Object.values(rows)) for (const isOver of [true, true, true, false]) await make(isOver);

  expect(await deleteExpired(client, { dryRun: true })).toEqual({ ...counts(3), outbox: 0 });
  expect(await deleteExpired(client, { batch: 2 })).toEqual({ ...counts(3), outbox: 0 });

  expect(await deleteExpired(client)).toEqual({ ...counts(0), outbox: 0 });
});

test('a change of address stays until it cannot be undone any more', async () => {
  const { user } = await newAccount(client);
  const change = (undoExpiresAt: Date) => ({
    userId: user.id,
    oldEmail: user.email,
    newEmail: 'elsewhere@example.com',
    tokenHash: Buffer.alloc(32, undoExpiresAt.getTime() % 251),
    undoTokenHash: Buffer.alloc(32, undoExpiresAt.getTime() % 251),
    createdAt: daysAgo(8),
    expiresAt: daysAgo(7.5),
    consumedAt: daysAgo(8),
    undoExpiresAt,
  });
  await client.emailChange.createMany({
    data: [change(new Date(Date.now() - 1_000)), change(new Date(Date.now() + 60_001))],
  });

  expect((await deleteExpired(client)).email_changes).toBe(1);
});

test('the command shows what would go, and then deletes it and erases accounts that were deleted 30 days ago', async () => {
  const [staying, justDeleted, longDeleted] = [
    await account(),
    await account(daysAgo(29)),
    await account(daysAgo(31)),
  ];
  const { user } = await newAccount(client);
  await requestPasswordReset(client, { email: user.email });
  await letPass(database, 'password_resets', 86_400, { column: 'user_id', value: user.id });

  const dry = await retention('--dry-run', '--json');
  const shown = await retention('--dry-run');
  expect(await client.user.count({ where: { id: longDeleted, deletedAt: {} } })).toBe(1);
  const done = await retention('--json');
  const again = await retention();

  const tables = { login_history: 3, password_resets: 1, users: 1 };
  expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, rows: 5, tables });
  expect(shown.out).toMatch(/^ {2}users {2}1$/m);
  expect(shown.out).toContain('5 rows would go. Nothing was changed.');
  expect(JSON.parse(done.out)).toMatchObject({ dryRun: false, rows: 5, tables });
  expect(again.out).toContain('0 rows went.');
  expect([dry, shown, done, again].map(({ code, errors }) => [code, errors])).toEqual(
    Array.from({ length: 4 }, () => [0, '']),
  );
  expect(await client.user.count({ where: { id: { in: [staying, justDeleted] }, deletedAt: {} } })).toBe(2);
  expect(await client.user.count({ where: { id: longDeleted, deletedAt: {} } })).toBe(0);
  expect(await client.loginHistory.count({ where: { userId: longDeleted } })).toBe(0);
});

test('what is counted for an hour is not deleted before, however soon it expired', async () => {
  const { user } = await newAccount(client, { emailVerified: true });
  const ask = () => requestPasswordReset(client, { email: user.email, expiresInSeconds: 0.001 });
  for (let mails = 0; mails < 5; mails += 1) expect(await ask()).not.toBeNull();

  await deleteExpired(client);

  expect(await ask()).toBeNull();
});

/** What the database refuses the work with. */
const sqlStateOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it was accepted'),
    (error: unknown) => databaseErrorFacts(error)?.sqlState,
  );

describe('the application cannot make a trace go before its time', () => {
  const traces = {
    session: () => client.session,
    passwordReset: () => client.passwordReset,
    emailVerification: () => client.emailVerification,
    emailChange: () => client.emailChange,
    pendingLogin: () => client.pendingLogin,
    passkeyChallenge: () => client.passkeyChallenge,
  };
  /** What all of these models have in common. */
  interface Model {
    count(options: object): Promise<number>;
    updateMany(options: object): Promise<unknown>;
    deleteMany(options: object): Promise<unknown>;
  }

  test.each(Object.entries(traces))('%s', async (name, modelOf) => {
    const model = modelOf() as unknown as Model;
    const { id: userId } = (await newAccount(client, { emailVerified: true })).user;
    const over =
      name === 'session'
        ? { revokedAt: new Date(), revokedReason: 'LOGOUT' as const }
        : { consumedAt: new Date() };
    await factories(client)[name as keyof typeof traces]({ userId, ...over } as never);
    const where = { userId };
    const past = { createdAt: daysAgo(40), expiresAt: daysAgo(39), undoExpiresAt: daysAgo(38) };
    const { undoExpiresAt: _, ...expired } = past;

    expect(await sqlStateOf(model.deleteMany({ where }))).toBe('42501');
    expect(await refusal(model.updateMany({ where, data: name === 'emailChange' ? past : expired }))).toBe(
      'RULE_VIOLATED',
    );
    expect(await sqlStateOf(client.user.delete({ where: { id: userId } }))).toBe('42501');
    await deleteExpired(client);

    expect(await model.count({ where })).toBe(1);
  });

  test('a login in the history', async () => {
    const userId = await account(daysAgo(31));

    expect(await sqlStateOf(client.user.delete({ where: { id: userId } }))).toBe('42501');
    expect(await client.loginHistory.count({ where: { userId } })).toBeGreaterThan(0);
  });
});
