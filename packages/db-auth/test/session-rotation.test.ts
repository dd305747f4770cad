import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authenticateSession,
  endSession,
  type PrismaClient,
  revokeSession,
  rotateSession,
  type StartedSession,
  startSession,
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

async function login(): Promise<StartedSession> {
  const { user } = await newAccount(client);
  return startSession(client, { userId: user.id, loginMethod: 'PASSWORD', userAgent: 'Firefox' });
}

async function refresh(token: string): Promise<StartedSession> {
  const refreshed = await rotateSession(client, { token, graceSeconds: 0 });
  if (refreshed.outcome !== 'ROTATED') throw new Error(refreshed.outcome);
  return refreshed;
}

const alive = ({ session: { familyId } }: StartedSession) =>
  client.session.count({ where: { familyId, revokedAt: null } });

describe('rotateSession', () => {
  test('replaces the token by a successor in the family', async () => {
    const first = await login();

    const second = await refresh(first.token);

    expect(await authenticateSession(client, first.token)).toBeNull();
    expect((await authenticateSession(client, second.token))?.session).toEqual(second.session);
    expect(second.session).toMatchObject({
      familyId: first.session.familyId,
      loginMethod: 'PASSWORD',
      userAgent: 'Firefox',
    });
    const replaced = await client.session.findUniqueOrThrow({ where: { id: first.session.id } });
    expect(replaced.revokedReason).toBe('ROTATED');
  });

  test('ends the family when a replaced token comes again, and says whose', async () => {
    const first = await login();
    const second = await refresh(first.token);
    const { userId, familyId } = first.session;

    const again = await rotateSession(client, { token: first.token, graceSeconds: 0 });

    expect(again).toEqual({ outcome: 'REUSE_DETECTED', userId, familyId, endedLogin: true });
    expect(await authenticateSession(client, second.token)).toBeNull();
    expect(await refusal(rotateSession(client, { token: second.token }))).toBe('SESSION_INVALID');
    expect(await rotateSession(client, { token: first.token, graceSeconds: 0 })).toMatchObject({
      endedLogin: false,
    });
  });

  test('ends a family that has run out, which was no login any more', async () => {
    const first = await login();
    await runOut(database, (await refresh(first.token)).session);

    expect(await rotateSession(client, { token: first.token, graceSeconds: 0 })).toMatchObject({
      endedLogin: false,
    });
  });

  test('gives the same successor once more within the grace, to a second tab and after a lost answer', async () => {
    const first = await login();
    const lost = await rotateSession(client, { token: first.token });

    const again = await rotateSession(client, { token: first.token });

    expect(again).toEqual(lost);
    expect(again).toMatchObject({ outcome: 'ROTATED' });
    expect(await alive(first)).toBe(1);
  });

  test('says that another tab has the newest token only while it has', async () => {
    const first = await login();
    const second = await refresh(first.token);
    const third = await refresh(second.token);

    expect(await rotateSession(client, { token: first.token })).toEqual({ outcome: 'SUPERSEDED' });
    expect(await authenticateSession(client, third.token)).not.toBeNull();
    await endSession(client, third.token);
    expect(await refusal(rotateSession(client, { token: first.token }))).toBe('SESSION_INVALID');
    expect(await refusal(rotateSession(client, { token: second.token }))).toBe('SESSION_INVALID');
  });

  test('ends the login when the token comes again after the grace', async () => {
    const first = await login();
    await refresh(first.token);
    await client.session.update({
      where: { id: first.session.id },
      data: { revokedAt: new Date(Date.now() - 60_000) },
    });

    expect(await rotateSession(client, { token: first.token, graceSeconds: 30 })).toMatchObject({
      outcome: 'REUSE_DETECTED',
      endedLogin: true,
    });
  });

  test('keeps the salt of the newest successor alone', async () => {
    const first = await login();
    const second = await refresh(first.token);
    await refresh(second.token);

    const salts = await client.session.findMany({
      where: { familyId: first.session.familyId },
      orderBy: { createdAt: 'asc' },
      select: { successorSalt: true },
    });

    expect(salts.map(({ successorSalt }) => successorSalt?.length)).toEqual([undefined, 32, undefined]);
  });

  test('never postpones the end of the login', async () => {
    const { user } = await newAccount(client);
    const brief = { userId: user.id, loginMethod: 'PASSWORD', loginExpiresInSeconds: 3600 } as const;
    const first = await startSession(client, brief);
    const second = await refresh(first.token);

    expect(first.session.expiresAt).toEqual(first.session.familyExpiresAt);
    expect(second.session.expiresAt).toEqual(first.session.familyExpiresAt);
  });

  test('refuses what is unknown, revoked or expired, and an account that may not be used', async () => {
    const revoked = await login();
    const { id: sessionId, userId } = revoked.session;
    await revokeSession(client, { userId, sessionId });
    const expired = await login();
    await runOut(database, expired.session);
    const suspended = await login();
    await client.user.update({
      where: { id: suspended.session.userId },
      data: { isSuspended: true, suspendedAt: new Date() },
    });

    for (const token of ['unknown', revoked.token, expired.token, suspended.token]) {
      expect(await refusal(rotateSession(client, { token }))).toBe('SESSION_INVALID');
    }
  });

  test('goes with the transaction it is part of', async () => {
    const first = await login();
    await rolledBack(client, async (tx) =>
      expect((await rotateSession(tx, { token: first.token, graceSeconds: 0 })).outcome).toBe('ROTATED'),
    );
    await refresh(first.token);

    const outcome = await client.$transaction((tx) =>
      rotateSession(tx, { token: first.token, graceSeconds: 0 }),
    );

    expect(outcome).toMatchObject({ outcome: 'REUSE_DETECTED' });
    expect(await alive(first)).toBe(0);
  });

  test(`gives one of ${CALLERS} the successor and ends the family for the rest, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await login();

      const { won: outcomes } = await race(() =>
        rotateSession(client, { token: first.token, graceSeconds: 0 }),
      );

      expect(outcomes).toHaveLength(CALLERS);
      expect(outcomes.filter(({ outcome }) => outcome === 'ROTATED')).toHaveLength(1);
      expect(outcomes.filter((outcome) => 'endedLogin' in outcome && outcome.endedLogin)).toHaveLength(1);
      expect(await alive(first)).toBe(0);
    }
  });

  test(`gives ${CALLERS} tabs within the grace one successor, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await login();

      const { won: outcomes } = await race(() =>
        rotateSession(client, { token: first.token, graceSeconds: 30 }),
      );

      expect(outcomes).toHaveLength(CALLERS);
      expect(new Set(outcomes.map((outcome) => outcome.outcome === 'ROTATED' && outcome.token)).size).toBe(1);
      expect(await alive(first)).toBe(1);
    }
  });

  test(`leaves no head alive when thief and owner refresh at once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await login();
      const second = await refresh(first.token);

      await race((caller) =>
        rotateSession(client, { token: caller % 2 ? first.token : second.token, graceSeconds: 0 }),
      );

      expect(await alive(first)).toBe(0);
    }
  });

  test(`lets ${CALLERS} transactions at once refresh without a deadlock`, async () => {
    const first = await login();

    const { won } = await race(() =>
      client.$transaction((tx) => rotateSession(tx, { token: first.token, graceSeconds: 0 })),
    );

    expect(won).toHaveLength(CALLERS);
    expect(await alive(first)).toBe(0);
  });
});
