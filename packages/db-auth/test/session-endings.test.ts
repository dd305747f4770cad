import { CALLERS, ROUNDS, race, somebodyWaits } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  changePassword,
  consumePasswordReset,
  deleteAccount,
  endSession,
  issuePasswordReset,
  type PrismaClient,
  revokeAllSessions,
  revokeSession,
  rotateSession,
  startSession,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, otherPasswordHash, racingDatabase } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** A login that has been refreshed once: `first` is replaced, `head` is alive. */
async function refreshedLogin() {
  const { user } = await newAccount(client);
  const { session, token: first } = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
  const rotation = await rotateSession(client, { token: first });
  if (rotation.outcome !== 'ROTATED') throw new Error(rotation.outcome);
  const reset = await issuePasswordReset(client, { userId: user.id });
  return { userId: user.id, sessionId: session.id, first, head: rotation.token, reset: reset.token };
}
type Login = Awaited<ReturnType<typeof refreshedLogin>>;

const endings: { title: string; end(login: Login): Promise<unknown> }[] = [
  { title: 'revokeSession', end: ({ userId, sessionId }) => revokeSession(client, { userId, sessionId }) },
  { title: 'revokeAllSessions', end: ({ userId }) => revokeAllSessions(client, { userId }) },
  { title: 'deleteAccount', end: ({ userId }) => deleteAccount(client, userId) },
  { title: 'detected reuse', end: ({ first }) => rotateSession(client, { token: first, graceSeconds: 0 }) },
  { title: 'endSession', end: ({ first }) => endSession(client, first) },
  {
    title: 'changePassword',
    end: ({ userId }) => changePassword(client, { userId, passwordHash: otherPasswordHash }),
  },
  {
    title: 'consumePasswordReset',
    end: ({ reset }) => consumePasswordReset(client, { token: reset, passwordHash: otherPasswordHash }),
  },
];

// The successor is there but not yet committed when the ending begins: the one moment at which it could be missed.
describe('a session that is refreshed at this very moment is ended by', () => {
  test.each(endings)('$title', async ({ end }) => {
    const login = await refreshedLogin();

    let ended: Promise<unknown> | undefined;
    await client.$transaction(async (transaction) => {
      expect((await rotateSession(transaction, { token: login.head })).outcome).toBe('ROTATED');
      ended = end(login);
      await somebodyWaits(client);
    });
    await ended;

    expect(await client.session.count({ where: { userId: login.userId, revokedAt: null } })).toBe(0);
  });
});

test('a login that is being recorded while the password changes ends with the others', async () => {
  const login = await refreshedLogin();
  const { userId } = login;

  let changed: Promise<unknown> | undefined;
  await client.$transaction(async (transaction) => {
    await startSession(transaction, { userId, loginMethod: 'PASSWORD' });
    changed = changePassword(client, { userId, passwordHash: otherPasswordHash });
    await somebodyWaits(client);
  });
  await changed;

  expect(await client.session.count({ where: { userId, revokedAt: null } })).toBe(0);
});

test(`endSession ends a login for one of ${CALLERS}, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { user } = await newAccount(client);
    const { token } = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });

    const { won } = await race(() => endSession(client, token));

    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await endSession(client, 'unknown')).toBe(false);
  }
});
