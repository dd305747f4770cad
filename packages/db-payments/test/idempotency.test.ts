import { randomUUID } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answerIdempotencyKey,
  claimIdempotencyKey,
  type IdempotencyClaim,
  type PrismaClient,
  releaseIdempotencyKey,
} from '../src/index.js';
import { racingDatabase, refusalCode, rolledBack } from './callers.js';
import type { TestDatabase } from './database.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const newRequest = () => ({ scope: 'checkout', key: randomUUID(), request: '{"plan":"PRO"}' });

async function claimed(request: Parameters<typeof claimIdempotencyKey>[1]): Promise<IdempotencyClaim> {
  const claim = await claimIdempotencyKey(client, request);
  if (!claim.claimed) throw new Error('it was answered');
  return claim;
}

describe('an idempotency key', () => {
  test('lets the first one act, and gives the others its answer', async () => {
    const request = newRequest();
    const claim = await claimed(request);
    expect(await refusalCode(claimIdempotencyKey(client, request))).toBe('IDEMPOTENCY_KEY_BUSY');

    await answerIdempotencyKey(client, claim, { status: 201, body: { invoice: 'CZ-2026-000042' } });

    const answer = { claimed: false, status: 201, body: { invoice: 'CZ-2026-000042' } };
    expect(await claimIdempotencyKey(client, request)).toEqual(answer);
    expect(await rolledBack(client, (transaction) => claimIdempotencyKey(transaction, request))).toEqual(
      answer,
    );
  });

  test('belongs to one request', async () => {
    const request = newRequest();
    await claimed(request);

    const other = claimIdempotencyKey(client, { ...request, request: '{"plan":"ENTERPRISE"}' });
    expect(await refusalCode(other)).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await claimed({ ...request, scope: 'refund' })).toMatchObject({ claimed: true });
  });

  test('is taken over from one that does not answer, who then cannot', async () => {
    const request = newRequest();
    const first = await claimed(request);
    await client.$queryRaw`SELECT pg_sleep(0.02)::text`;
    const second = await claimed({ ...request, lockSeconds: 0.01 });

    expect(await refusalCode(answerIdempotencyKey(client, first, { status: 201 }))).toBe(
      'IDEMPOTENCY_CLAIM_LOST',
    );
    expect(await releaseIdempotencyKey(client, first)).toBe(false);
    await answerIdempotencyKey(client, second, { status: 204 });
    expect(await claimIdempotencyKey(client, request)).toEqual({ claimed: false, status: 204, body: null });
  });

  test('has expired: its answer is gone, and it is free for any request', async () => {
    const request = { ...newRequest(), lockSeconds: 0, expiresInSeconds: 0.001 };
    const claim = await claimed(request);
    await answerIdempotencyKey(client, claim, { status: 201 });
    await client.$queryRaw`SELECT pg_sleep(0.01)::text`;

    const other = await claimed({ ...request, request: '{"plan":"ENTERPRISE"}', lockSeconds: 60 });

    expect(await refusalCode(answerIdempotencyKey(client, claim, { status: 200 }))).toBe(
      'IDEMPOTENCY_CLAIM_LOST',
    );
    await answerIdempotencyKey(client, other, { status: 202 });
    expect(await refusalCode(claimIdempotencyKey(client, request))).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('that is held does not expire, nor one that was taken over', async () => {
    const soon = { lockSeconds: 60, expiresInSeconds: 0 };
    const held = await claimed({ ...newRequest(), ...soon });
    const request = newRequest();
    await claimed({ ...request, lockSeconds: 0, expiresInSeconds: 3600 });
    await client.$queryRaw`SELECT pg_sleep(0.01)::text`;
    const taken = await claimed({ ...request, lockSeconds: 0.001, expiresInSeconds: 7200 });

    const expiry = async ({ id, lockedAt }: IdempotencyClaim) =>
      (await client.idempotencyKey.findUniqueOrThrow({ where: { id } })).expiresAt.getTime() -
      lockedAt.getTime();
    expect([await expiry(held), await expiry(taken)]).toEqual([60_000, 7_200_000]);
  });

  test('takes no time that is none', async () => {
    for (const seconds of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      for (const option of [{ lockSeconds: seconds }, { expiresInSeconds: seconds }])
        expect(await refusalCode(claimIdempotencyKey(client, { ...newRequest(), ...option }))).toBe(
          'OPTION_INVALID',
        );
    }
  });

  test('is free again at once when nothing has happened', async () => {
    const request = newRequest();

    expect(await releaseIdempotencyKey(client, await claimed(request))).toBe(true);
    expect(await claimed(request)).toMatchObject({ claimed: true });
  });

  test('is answered together with the effects, or not at all', async () => {
    const request = newRequest();
    const claim = await claimed(request);

    await rolledBack(client, (transaction) => answerIdempotencyKey(transaction, claim, { status: 201 }));

    expect(await refusalCode(claimIdempotencyKey(client, request))).toBe('IDEMPOTENCY_KEY_BUSY');
    await answerIdempotencyKey(client, claim, { status: 201 });
  });

  test(`lets one of ${CALLERS} act, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const request = newRequest();

      const { won, refused } = await race(() => claimIdempotencyKey(client, request));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ IDEMPOTENCY_KEY_BUSY: CALLERS - 1 });
    }
  });

  test(`is answered or given back by one of ${CALLERS}, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const request = newRequest();
      const claim = await claimed(request);

      const { won, refused } = await race(async (caller) => {
        if (caller % 2) return releaseIdempotencyKey(client, claim);
        await answerIdempotencyKey(client, claim, { status: 201 });
        return true;
      });

      expect(won.filter(Boolean)).toHaveLength(1);
      const isAnswered = refused.IDEMPOTENCY_CLAIM_LOST === CALLERS / 2 - 1;
      expect(refused).toEqual({ IDEMPOTENCY_CLAIM_LOST: CALLERS / 2 - (isAnswered ? 1 : 0) });
      expect(await claimIdempotencyKey(client, request)).toMatchObject({ claimed: !isAnswered });
    }
  });
});
