import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authenticateSession,
  consumeEmailChange,
  consumeEmailVerification,
  consumeWaysInConfirmation,
  issueEmailChange,
  issueWaysInConfirmation,
  linkOAuthAccount,
  type PrismaClient,
  startSession,
  undoEmailChange,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, otherPasswordHash, racingDatabase, refusal, rolledBack } from './fixtures.js';
import { letPass } from './passing-time.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

let sequence = 0;
const address = () => {
  sequence += 1;
  return `thief${sequence}@example.org`;
};
const account = async () => (await newAccount(client, { emailVerified: true })).user;
const take = (token: string) => undoEmailChange(client, { token, passwordHash: otherPasswordHash });

/** The account as who knows its password moves it. */
async function moved({ id: userId }: Awaited<ReturnType<typeof account>>, newEmail = address()) {
  const { token, undo } = await issueEmailChange(client, { userId, newEmail });
  await consumeEmailChange(client, token);
  return { undo, newEmail };
}

describe('undoEmailChange', () => {
  test('gives the address back with a new password, and takes every way in that the new mailbox has confirmed', async () => {
    const user = await account();
    const { undo } = await moved(user);
    const { token: session } = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
    await linkOAuthAccount(client, { userId: user.id, provider: 'GITHUB', providerId: address() });
    await consumeWaysInConfirmation(client, (await issueWaysInConfirmation(client, user.id)).token);
    const next = await issueEmailChange(client, { userId: user.id, newEmail: address() });

    const taken = await undoEmailChange(client, {
      token: undo.token,
      passwordHash: otherPasswordHash,
      userAgent: 'Lynx',
    });

    expect(undo.email).toBe(user.email);
    expect(taken.user).toEqual(await client.user.findUniqueOrThrow({ where: { id: user.id } }));
    expect(taken.user).toMatchObject({ email: user.email, emailVerified: true, twoFactorEnabled: false });
    expect(await client.oAuthAccount.count({ where: { userId: user.id } })).toBe(0);
    expect(await authenticateSession(client, session)).toBeNull();
    expect(await refusal(consumeEmailChange(client, next.token))).toBe('TOKEN_INVALID');
    expect(await client.knownDevice.findMany({ where: { userId: user.id } })).toMatchObject([
      { userAgent: 'Lynx' },
    ]);
  });

  test('works once, for seven days, and not for what is no undo', async () => {
    const user = await account();
    const { undo } = await moved(user);
    await take(undo.token);
    const otherUser = await account();
    const other = await moved(otherUser);
    const days = (other.undo.expiresAt.getTime() - Date.now()) / 86_400_000;
    expect(Math.abs(days - 7)).toBeLessThan(0.1);
    await letPass(database, 'email_changes', 7 * 86_400, { column: 'user_id', value: otherUser.id });

    for (const token of [undo.token, other.undo.token, 'unknown'])
      expect(await refusal(take(token))).toBe('TOKEN_INVALID');
  });

  test('stops a change that was not made yet', async () => {
    const user = await account();
    const { token, undo } = await issueEmailChange(client, { userId: user.id, newEmail: address() });

    expect((await take(undo.token)).user.email).toBe(user.email);

    expect(await refusal(consumeEmailChange(client, token))).toBe('TOKEN_INVALID');
  });

  test('of the first of two moves goes back to the first address, and ends the undo of the second', async () => {
    const user = await account();
    const first = await moved(user);
    const second = await moved(user);

    expect((await take(first.undo.token)).user.email).toBe(user.email);
    expect(await refusal(take(second.undo.token))).toBe('TOKEN_INVALID');
  });

  test('of the second of two moves leaves the undo of the first', async () => {
    const user = await account();
    const first = await moved(user);
    const second = await moved(user);

    expect((await take(second.undo.token)).user.email).toBe(first.newEmail);
    expect((await take(first.undo.token)).user.email).toBe(user.email);
  });

  test('is not stopped by who registers the old address, unless the mailbox has proven that account', async () => {
    const user = await account();
    const { undo } = await moved(user);
    const squatter = await newAccount(client, { email: user.email });
    await rolledBack(client, (tx) =>
      undoEmailChange(tx, { token: undo.token, passwordHash: otherPasswordHash }),
    );
    await client.user.update({ where: { id: squatter.user.id }, data: { emailVerified: true } });
    expect(await refusal(take(undo.token))).toBe('EMAIL_TAKEN');
    await client.user.update({ where: { id: squatter.user.id }, data: { emailVerified: false } });

    expect((await take(undo.token)).user.email).toBe(user.email);

    expect(
      await client.user.findUniqueOrThrow({ where: { id: squatter.user.id, deletedAt: {} } }),
    ).toMatchObject({
      deletedAt: expect.any(Date),
    });
    expect(await refusal(consumeEmailVerification(client, squatter.verificationToken ?? ''))).toBe(
      'TOKEN_INVALID',
    );
  });

  test('is refused with a hash that is none, and not used up; and while the account may not be used', async () => {
    const user = await account();
    const { undo } = await moved(user);
    const clear = undoEmailChange(client, { token: undo.token, passwordHash: 'hunter2' });
    expect(await refusal(clear)).toBe('PASSWORD_HASH_INVALID');
    const suspend = (isSuspended: boolean) =>
      client.user.update({
        where: { id: user.id },
        data: { isSuspended, suspendedAt: isSuspended ? new Date() : null },
      });
    await suspend(true);
    expect(await refusal(take(undo.token))).toBe('TOKEN_INVALID');
    await suspend(false);

    expect((await take(undo.token)).user.email).toBe(user.email);
  });

  test(`is taken by one of ${CALLERS}, however the thief moves on meanwhile, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const user = await account();
      const { undo } = await moved(user);
      const on = await issueEmailChange(client, { userId: user.id, newEmail: address() });

      const { won, refused } = await race<unknown>((caller) =>
        caller === 0 ? consumeEmailChange(client, on.token) : take(undo.token),
      );

      const { TOKEN_INVALID: tooLate = 0, ...others } = refused;
      expect(others).toEqual({});
      expect(won.length + tooLate).toBe(CALLERS);
      expect(tooLate).toBeGreaterThanOrEqual(CALLERS - 2);
      expect(await client.user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({
        email: user.email,
      });
      expect(await refusal(take(on.undo.token))).toBe('TOKEN_INVALID');
    }
  });
});
