import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authenticateSession,
  createAccount,
  deleteAccount,
  isRuleViolation,
  type PrismaClient,
  startSession,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, passwordHash, racingDatabase, refusal, rolledBack } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

describe('createAccount', () => {
  test('gives the account, and makes profile and verification with it', async () => {
    const { user, verificationToken } = await newAccount(client, {
      email: ' Maya@Example.com ',
      username: 'maya',
      profile: { displayName: 'Maya', timezone: 'Europe/Stockholm' },
    });

    const stored = await client.user.findUniqueOrThrow({
      where: { id: user.id },
      include: { profile: true, emailVerifications: true },
    });
    const { profile, emailVerifications, ...row } = stored;
    expect(user).toEqual(row);
    expect(user).toMatchObject({ email: 'maya@example.com', role: 'STUDENT', emailVerified: false });
    expect(profile).toMatchObject({ displayName: 'Maya', timezone: 'Europe/Stockholm' });
    expect(emailVerifications).toHaveLength(1);
    expect(verificationToken).toMatch(/^[\w-]{43}$/);
  });

  test('mails nothing where the address is proven', async () => {
    const { user, verificationToken } = await newAccount(client, { emailVerified: true });

    expect(verificationToken).toBeNull();
    expect(await client.emailVerification.count({ where: { userId: user.id } })).toBe(0);
  });

  test('refuses an address and a username that are taken, whatever their case', async () => {
    await newAccount(client, { email: 'taken@example.com', username: 'taken' });

    expect(await refusal(newAccount(client, { email: 'TAKEN@example.com' }))).toBe('EMAIL_TAKEN');
    expect(await refusal(newAccount(client, { username: 'Taken' }))).toBe('USERNAME_TAKEN');
  });

  test('refuses an account that nobody could enter, and takes one with its OAuth account', async () => {
    const error = await newAccount(client, { passwordHash: null }).catch((thrown: unknown) => thrown);
    expect(isRuleViolation(error, 'users_way_in_rule')).toBe(true);

    const user = await client.$transaction(async (transaction) => {
      const created = await newAccount(transaction, { passwordHash: null, emailVerified: true });
      await transaction.oAuthAccount.create({
        data: { userId: created.user.id, provider: 'GITHUB', providerId: '1815' },
      });
      return created.user;
    });
    expect(await client.user.count({ where: { id: user.id } })).toBe(1);
  });

  test('goes with the transaction it is part of', async () => {
    const { user } = await rolledBack(client, (transaction) => newAccount(transaction));

    expect(await client.user.count({ where: { id: user.id } })).toBe(0);
  });

  test(`lets one of ${CALLERS} have an address, whatever its case, ${ROUNDS * 2} rounds`, async () => {
    for (let round = 0; round < ROUNDS * 2; round += 1) {
      const { won, refused } = await race((caller) => {
        const email = caller % 2 ? `race${round}@example.com` : `RACE${round}@EXAMPLE.COM`;
        return createAccount(client, { email, passwordHash, firstName: 'Ada', lastName: '' });
      });

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ EMAIL_TAKEN: CALLERS - 1 });
    }
    const accounts = { email: { startsWith: 'race' } };
    expect(await client.userProfile.count({ where: { user: accounts } })).toBe(ROUNDS * 2);
    expect(await client.emailVerification.count({ where: { user: accounts } })).toBe(ROUNDS * 2);
  });
});

describe('deleteAccount', () => {
  test('ends all that lets somebody in', async () => {
    const { user } = await newAccount(client, { username: 'leaver' });
    const { token } = await startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });
    await client.oAuthAccount.create({ data: { userId: user.id, provider: 'GOOGLE', providerId: 'leaver' } });

    const deleted = await deleteAccount(client, user.id);

    expect(deleted.deletedAt).toBeInstanceOf(Date);
    expect(await authenticateSession(client, token)).toBeNull();
    expect(await client.session.count({ where: { userId: user.id, revokedReason: 'ACCOUNT_DELETED' } })).toBe(
      1,
    );
    expect(await client.oAuthAccount.count({ where: { userId: user.id } })).toBe(0);
    expect(await client.emailVerification.count({ where: { userId: user.id, consumedAt: null } })).toBe(0);
    await newAccount(client, { email: user.email, username: 'leaver' });
  });

  test('refuses what is deleted or unknown', async () => {
    const { user } = await newAccount(client);
    await deleteAccount(client, user.id);

    expect(await refusal(deleteAccount(client, user.id))).toBe('ACCOUNT_NOT_FOUND');
  });

  test('goes with the transaction it is part of', async () => {
    const { user } = await newAccount(client);
    await rolledBack(client, (transaction) => deleteAccount(transaction, user.id));

    expect(await client.user.count({ where: { id: user.id, deletedAt: null } })).toBe(1);
  });

  test(`deletes once for ${CALLERS} callers, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { user } = await newAccount(client);

      const { won, refused } = await race(() => deleteAccount(client, user.id));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ ACCOUNT_NOT_FOUND: CALLERS - 1 });
    }
  });
});
