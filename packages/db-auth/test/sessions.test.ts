import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authenticateSession,
  listSessions,
  type PrismaClient,
  revokeAllSessions,
  revokeSession,
  rotateSession,
  startSession,
  type UserWithoutSecrets,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, racingDatabase, refusal, rolledBack, runOut } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const login = (user: UserWithoutSecrets) =>
  startSession(client, { userId: user.id, loginMethod: 'PASSWORD' });

describe('startSession', () => {
  test('gives a session and the token that authenticates it', async () => {
    const { user } = await newAccount(client);

    const { session, token } = await startSession(client, {
      userId: user.id,
      loginMethod: 'TWO_FACTOR',
      ipAddress: '192.0.2.17',
      userAgent: 'F'.repeat(5000),
      expiresInSeconds: 3600,
    });

    expect(session).toEqual(await client.session.findUniqueOrThrow({ where: { id: session.id } }));
    expect(session).toMatchObject({ loginMethod: 'TWO_FACTOR', ipAddress: '192.0.2.17', revokedAt: null });
    expect(session.userAgent).toHaveLength(1024);
    expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(3_600_000);
    expect(await authenticateSession(client, token)).toEqual({ session, user });
  });

  test('refuses an account that may not be used', async () => {
    const { user } = await newAccount(client);
    await client.user.update({ where: { id: user.id }, data: { isActive: false } });
    expect(await refusal(login(user))).toBe('ACCOUNT_UNAVAILABLE');

    await client.user.update({ where: { id: user.id }, data: { deletedAt: new Date() } });
    expect(await refusal(login(user))).toBe('ACCOUNT_NOT_FOUND');
  });

  test('goes with the transaction it is part of', async () => {
    const { user } = await newAccount(client);
    const { token } = await rolledBack(client, async (transaction) => {
      const started = await startSession(transaction, { userId: user.id, loginMethod: 'OAUTH' });
      expect(await authenticateSession(transaction, started.token)).toEqual({
        session: started.session,
        user,
      });
      return started;
    });

    expect(await authenticateSession(client, token)).toBeNull();
  });

  test(`gives ${CALLERS} logins at once a family each, ${ROUNDS} rounds`, async () => {
    const { user } = await newAccount(client);
    const families = new Set<string>();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { won } = await race(() => startSession(client, { userId: user.id, loginMethod: 'PASSWORD' }));

      for (const { session } of won) families.add(session.familyId);
      expect(families.size).toBe(round * CALLERS);
    }
  });
});

describe('authenticateSession', () => {
  test('knows nobody by a token that is unknown, expired or revoked, or whose account may not be used', async () => {
    const { user } = await newAccount(client);
    const revoked = await login(user);
    await revokeSession(client, { userId: user.id, sessionId: revoked.session.id });
    const expired = await login(user);
    await runOut(database, expired.session);
    const live = await login(user);

    expect(await authenticateSession(client, 'unknown')).toBeNull();
    expect(await authenticateSession(client, revoked.token)).toBeNull();
    expect(await authenticateSession(client, expired.token)).toBeNull();
    expect(await authenticateSession(client, live.token)).not.toBeNull();
    for (const data of [
      { isActive: false },
      { isActive: true, isSuspended: true, suspendedAt: new Date() },
      { isSuspended: false, suspendedAt: null, deletedAt: new Date() },
    ]) {
      await client.user.update({ where: { id: user.id }, data });
      expect(await authenticateSession(client, live.token)).toBeNull();
    }
  });
});

describe('revokeSession', () => {
  test('ends the login wherever its token has been refreshed to', async () => {
    const { user } = await newAccount(client);
    const { session, token } = await login(user);
    const other = await login(user);
    const refreshed = await rotateSession(client, { token });
    if (refreshed.outcome !== 'ROTATED') throw new Error(refreshed.outcome);

    expect(await revokeSession(client, { userId: user.id, sessionId: session.id })).toBe(true);

    expect(await authenticateSession(client, refreshed.token)).toBeNull();
    expect(await authenticateSession(client, other.token)).not.toBeNull();
    expect(await revokeSession(client, { userId: user.id, sessionId: session.id })).toBe(false);
  });

  test('ends a login that has run out, which was not alive', async () => {
    const { user } = await newAccount(client);
    const { session } = await login(user);
    await runOut(database, session);

    expect(await revokeSession(client, { userId: user.id, sessionId: session.id })).toBe(false);
    expect(await client.session.count({ where: { id: session.id, revokedAt: null } })).toBe(0);
  });

  test("refuses somebody else's session", async () => {
    const [owner, other] = [await newAccount(client), await newAccount(client)];
    const { session, token } = await login(owner.user);

    expect(await refusal(revokeSession(client, { userId: other.user.id, sessionId: session.id }))).toBe(
      'SESSION_NOT_FOUND',
    );
    expect(await authenticateSession(client, token)).not.toBeNull();
  });

  test('goes with the transaction it is part of', async () => {
    const { user } = await newAccount(client);
    const { session, token } = await login(user);
    await rolledBack(client, (tx) => revokeSession(tx, { userId: user.id, sessionId: session.id }));
    await rolledBack(client, (tx) => revokeAllSessions(tx, { userId: user.id }));

    expect(await authenticateSession(client, token)).not.toBeNull();
  });

  test(`ends a login once for ${CALLERS} callers, ${ROUNDS} rounds`, async () => {
    const { user } = await newAccount(client);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { session } = await login(user);

      const { won: ended } = await race(() =>
        revokeSession(client, { userId: user.id, sessionId: session.id }),
      );

      expect(ended).toHaveLength(CALLERS);
      expect(ended.filter(Boolean)).toHaveLength(1);
    }
  });
});

describe('revokeAllSessions', () => {
  test('ends all logins but the one that asked', async () => {
    const { user } = await newAccount(client);
    const [here, phone] = [await login(user), await login(user)];
    await login((await newAccount(client)).user);

    expect(await revokeAllSessions(client, { userId: user.id, exceptSessionId: here.session.id })).toBe(1);
    expect(await authenticateSession(client, here.token)).not.toBeNull();
    expect(await authenticateSession(client, phone.token)).toBeNull();
    expect(await revokeAllSessions(client, { userId: user.id })).toBe(1);
    expect(await authenticateSession(client, here.token)).toBeNull();
  });

  test('counts those that were alive, and ends those that have run out as well', async () => {
    const { user } = await newAccount(client);
    await login(user);
    await runOut(database, (await login(user)).session);

    expect(await revokeAllSessions(client, { userId: user.id })).toBe(1);
    expect(await client.session.count({ where: { userId: user.id, revokedAt: null } })).toBe(0);
  });

  test(`leaves none alive that is refreshed meanwhile, ${ROUNDS} rounds`, async () => {
    const { user } = await newAccount(client);
    for (let round = 0; round < ROUNDS; round += 1) {
      const logins = await Promise.all(Array.from({ length: CALLERS - 1 }, () => login(user)));

      await race((caller): Promise<unknown> => {
        const started = logins[caller];
        return started
          ? rotateSession(client, { token: started.token })
          : revokeAllSessions(client, { userId: user.id });
      });

      const alive = await client.session.count({ where: { userId: user.id, revokedAt: null } });
      expect(alive).toBe(0);
    }
  });
});

describe('listSessions', () => {
  test('lists what is alive, latest first, page by page, and nothing of others', async () => {
    const { user } = await newAccount(client);
    const { won: started } = await race(() => login(user));
    const gone = started.pop();
    if (gone) await revokeSession(client, { userId: user.id, sessionId: gone.session.id });
    await login((await newAccount(client)).user);

    const pages = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await listSessions(client, user.id, { limit: 10, cursor });
      pages.push(page.items);
      cursor = page.nextCursor;
    }

    const all = await client.session.findMany({
      where: { userId: user.id, revokedAt: null },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
    expect(pages.map((page) => page.length)).toEqual([10, 10, 10, 1]);
    expect(pages.flat()).toEqual(all);
  });

  test("refuses too large a page and another listing's cursor", async () => {
    const [one, two] = [(await newAccount(client)).user, (await newAccount(client)).user];
    await Promise.all([login(one), login(one)]);
    const { nextCursor } = await listSessions(client, one.id, { limit: 1 });

    expect(await refusal(listSessions(client, one.id, { limit: 101 }))).toBe('PAGE_INVALID');
    expect(await refusal(listSessions(client, two.id, { cursor: nextCursor }))).toBe('PAGE_INVALID');
  });
});
