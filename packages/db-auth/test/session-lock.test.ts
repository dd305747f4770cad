import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  consumePasswordReset,
  issuePasswordReset,
  linkOAuthAccount,
  lockSession,
  type PrismaClient,
  revokeSession,
  startSession,
  transaction,
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

const logIn = async () => {
  const { user } = await newAccount(client, { emailVerified: true });
  const { session, token } = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
  return { user: await client.user.findUniqueOrThrow({ where: { id: user.id } }), session, token };
};
const lock = (token: string) => client.$transaction((open) => lockSession(open, token));

test('lockSession knows who is behind a live session, and nobody behind one that has ended', async () => {
  const { user, session, token } = await logIn();
  expect(await lock(token)).toEqual({ session, user });

  await revokeSession(client, { userId: user.id, sessionId: session.id });

  expect(await lock(token)).toBeNull();
  expect(await lock('unknown')).toBeNull();
});

test(`what ${CALLERS - 1} thieves with a session add during a reset is gone after it, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { user, token } = await logIn();
    const reset = await issuePasswordReset(client, { userId: user.id });

    const { refused } = await race<unknown>((caller) =>
      caller === 7
        ? consumePasswordReset(client, { token: reset.token, passwordHash: otherPasswordHash })
        : transaction(client, async (open) => {
            const request = await lockSession(open, token);
            const link = { userId: user.id, provider: 'GITHUB', providerId: `${user.id}/${caller}` } as const;
            return request && linkOAuthAccount(open, link);
          }),
    );

    expect(refused).toEqual({});
    expect(await client.oAuthAccount.count({ where: { userId: user.id } })).toBe(0);
  }
});
