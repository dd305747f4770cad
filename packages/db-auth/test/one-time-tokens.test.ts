import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  consumeEmailChange,
  consumeEmailVerification,
  consumePasswordReset,
  deleteAccount,
  type IssuedToken,
  issueEmailChange,
  issueEmailVerification,
  issuePasswordReset,
  type PrismaClient,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, otherPasswordHash, racingDatabase, refusal, rolledBack } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase(64);
  client = database.client;
});
afterAll(() => database?.drop());

interface Kind {
  name: string;
  delegate: 'passwordReset' | 'emailVerification' | 'emailChange';
  issue(client: Client, userId: UserId, expiresInSeconds?: number): Promise<IssuedToken>;
  consume(client: Client, token: string): Promise<unknown>;
  consumers: number;
  rounds: number;
}

let sequence = 0;
const life = (expiresInSeconds?: number) => (expiresInSeconds === undefined ? {} : { expiresInSeconds });
const oneRace = { consumers: CALLERS, rounds: ROUNDS };
const kinds: Kind[] = [
  {
    name: 'a password reset',
    delegate: 'passwordReset',
    issue: (on, userId, seconds) => issuePasswordReset(on, { userId, ...life(seconds) }),
    consume: async (on, token) =>
      (await consumePasswordReset(on, { token, passwordHash: otherPasswordHash })).user,
    ...oneRace,
  },
  {
    name: 'an e-mail verification',
    delegate: 'emailVerification',
    issue: (on, userId, seconds) => issueEmailVerification(on, userId, life(seconds)),
    consume: consumeEmailVerification,
    // One statement, so many more can be afforded.
    consumers: 64,
    rounds: 2 * ROUNDS,
  },
  {
    name: 'an e-mail change',
    delegate: 'emailChange',
    issue: (on, userId, seconds) => {
      sequence += 1;
      return issueEmailChange(on, { userId, newEmail: `moved${sequence}@example.com`, ...life(seconds) });
    },
    consume: consumeEmailChange,
    ...oneRace,
  },
];

const account = async () => (await newAccount(client, { emailVerified: true })).user.id;

/** Tokens of the user that still work. Each model has these fields, which the union of delegates does not say. */
function live(kind: Kind, userId: UserId): Promise<number> {
  return (client[kind.delegate] as PrismaClient['passwordReset']).count({
    where: { userId, consumedAt: null },
  });
}

describe.each(kinds)('$name', (kind) => {
  test('works once', async () => {
    const userId = await account();
    const { token, expiresAt } = await kind.issue(client, userId, 60);

    expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
    expect(await kind.consume(client, token)).toMatchObject({ id: userId });
    expect(await refusal(kind.consume(client, token))).toBe('TOKEN_INVALID');
    expect(await live(kind, userId)).toBe(0);
  });

  test('is refused when unknown, expired, or replaced by a later one', async () => {
    const userId = await account();
    const { token: replaced } = await kind.issue(client, userId);
    const { token: brief } = await kind.issue(client, userId, 0.05);
    await new Promise((resolve) => setTimeout(resolve, 120));

    for (const token of ['unknown', replaced, brief]) {
      expect(await refusal(kind.consume(client, token))).toBe('TOKEN_INVALID');
    }
  });

  test('is neither issued nor taken for a deleted account', async () => {
    const userId = await account();
    const { token } = await kind.issue(client, userId);
    await deleteAccount(client, userId);

    expect(await refusal(kind.issue(client, userId))).toBe('ACCOUNT_NOT_FOUND');
    expect(await refusal(kind.consume(client, token))).toBe('TOKEN_INVALID');
  });

  test('goes with the transaction it is part of', async () => {
    const userId = await account();
    await rolledBack(client, (tx) => kind.issue(tx, userId));
    expect(await live(kind, userId)).toBe(0);

    const { token } = await kind.issue(client, userId);
    await rolledBack(client, (tx) => kind.consume(tx, token));
    expect(await kind.consume(client, token)).toMatchObject({ id: userId });
  });

  test(`is taken by one of ${kind.consumers}, ${kind.rounds} rounds`, async () => {
    const userId = await account();
    for (let round = 0; round < kind.rounds; round += 1) {
      const { token } = await kind.issue(client, userId);

      const { won, refused } = await race(() => kind.consume(client, token), kind.consumers);

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ TOKEN_INVALID: kind.consumers - 1 });
    }
  });

  test(`issued by ${CALLERS} at once is one that works`, async () => {
    const userId = await account();

    const { won: issued } = await race(() => kind.issue(client, userId));

    expect(issued).toHaveLength(CALLERS);
    const taken = [];
    for (const { token } of issued) taken.push(await kind.consume(client, token).catch(() => undefined));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test(`is live once after ${CALLERS} issued and took it at once, without a deadlock, ${ROUNDS} rounds`, async () => {
    const userId = await account();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { token } = await kind.issue(client, userId);

      const { refused } = await race<unknown>((caller) =>
        caller % 2 ? kind.issue(client, userId) : kind.consume(client, token),
      );

      const { TOKEN_INVALID: tooLate = 0, ...others } = refused;
      expect(others).toEqual({});
      expect(tooLate).toBeGreaterThanOrEqual(CALLERS / 2 - 1);
      expect(await live(kind, userId)).toBe(1);
    }
  });
});
