import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authenticateSession,
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
  const refreshed = await rotateSession(client, { token });
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

    const again = await rotateSession(client, { token: first.token });

    expect(again).toEqual({ outcome: 'REUSE_DETECTED', userId, familyId, endedLogin: true });
    expect(await authenticateSession(client, second.token)).toBeNull();
    expect(await refusal(rotateSession(client, { token: second.token }))).toBe('SESSION_INVALID');
    expect(await rotateSession(client, { token: first.token })).toMatchObject({ endedLogin: false });
  });

  test('ends a family that has run out, which was no login any more', async () => {
    const first = await login();
    await runOut(client, (await refresh(first.token)).session);

    expect(await rotateSession(client, { token: first.token })).toMatchObject({ endedLogin: false });
  });

  test('takes a second tab for one within the grace, and gives it no second successor', async () => {
    const first = await login();
    const second = await refresh(first.token);

    expect(await rotateSession(client, { token: first.token, graceSeconds: 30 })).toEqual({
      outcome: 'SUPERSEDED',
    });
    expect(await authenticateSession(client, second.token)).not.toBeNull();
    await client.session.update({
      where: { id: first.session.id },
      data: { revokedAt: new Date(Date.now() - 60_000) },
    });
    expect(await rotateSession(client, { token: first.token, graceSeconds: 30 })).toMatchObject({
      outcome: 'REUSE_DETECTED',
    });
  });

  test('refuses what is unknown, revoked or expired, and an account that may not be used', async () => {
    const revoked = await login();
    const { id: sessionId, userId } = revoked.session;
    await revokeSession(client, { userId, sessionId });
    const expired = await login();
    await client.session.update({
      where: { id: expired.session.id },
      data: { createdAt: new Date(Date.now() - 20_000), expiresAt: new Date(Date.now() - 10_000) },
    });
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
      expect((await rotateSession(tx, { token: first.token })).outcome).toBe('ROTATED'),
    );
    await refresh(first.token);

    const outcome = await client.$transaction((tx) => rotateSession(tx, { token: first.token }));

    expect(outcome).toMatchObject({ outcome: 'REUSE_DETECTED' });
    expect(await alive(first)).toBe(0);
  });

  test(`gives one of ${CALLERS} the successor and ends the family for the rest, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await login();

      const { won: outcomes } = await race(() => rotateSession(client, { token: first.token }));

      expect(outcomes).toHaveLength(CALLERS);
      expect(outcomes.filter(({ outcome }) => outcome === 'ROTATED')).toHaveLength(1);
      expect(outcomes.filter((outcome) => 'endedLogin' in outcome && outcome.endedLogin)).toHaveLength(1);
      expect(await alive(first)).toBe(0);
    }
  });

  test(`keeps one head for ${CALLERS} tabs within the grace, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await login();

      const { won: outcomes } = await race(() =>
        rotateSession(client, { token: first.token, graceSeconds: 30 }),
      );

      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
        'ROTATED',
        ...Array.from({ length: CALLERS - 1 }, () => 'SUPERSEDED'),
      ]);
      expect(await alive(first)).toBe(1);
    }
  });

  test(`leaves no head alive when thief and owner refresh at once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await login();
      const second = await refresh(first.token);

      await race((caller) => rotateSession(client, { token: caller % 2 ? first.token : second.token }));

      expect(await alive(first)).toBe(0);
    }
  });

  test(`lets ${CALLERS} transactions at once refresh without a deadlock`, async () => {
    const first = await login();

    const { won } = await race(() => client.$transaction((tx) => rotateSession(tx, { token: first.token })));

    expect(won).toHaveLength(CALLERS);
    expect(await alive(first)).toBe(0);
  });
});
