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
