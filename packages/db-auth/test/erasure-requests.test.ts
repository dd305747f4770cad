import { ROUNDS, race } from '@codezest/db-core/testing';
import {
  type ErasureReport,
  type EventId,
  parseErasureRequestId,
  services,
  type UserId,
} from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  listOpenErasures,
  readErasure,
  recordErasureReport,
  requestErasure,
} from '../src/erasure-requests.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { askToBeForgotten, certificate, hear, overdue } from './examples/erasure-requests.js';
import { newAccount } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const makeUser = async (): Promise<UserId> => (await newAccount(database.client)).user.id;
const reportOf = (requestId: EventId, service: ErasureReport['service'], rows = 1): ErasureReport => ({
  requestId,
  service,
  tables: { things: rows },
});

describe('a request to be forgotten', () => {
  it('closes the account, is due in 30 days, and is one however often it is made', async () => {
    const userId = await makeUser();
    const requests = await Promise.all(
      Array.from({ length: 8 }, () => requestErasure(database.client, userId)),
    );
    const [first] = requests;

    expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(1);
    expect(Date.parse(first?.dueAt ?? '') - Date.parse(first?.requestedAt ?? '')).toBeCloseTo(
      30 * 86_400_000,
      -5,
    );
    expect(
      await database.client.user.findUniqueOrThrow({ where: { id: userId, deletedAt: {} } }),
    ).toMatchObject({
      deletedAt: expect.any(Date),
    });
    expect(await listOpenErasures(database.client)).toContainEqual(first);
  });

  it('is closed by the last service alone, and knows nobody then', async () => {
    const userId = await makeUser();
    const { requestId } = await requestErasure(database.client, userId);
    for (const service of services.slice(1))
      await recordErasureReport(database.client, reportOf(requestId, service));

    expect(await readErasure(database.client, requestId)).toMatchObject({
      closedAt: null,
      missing: [services[0]],
    });
    await recordErasureReport(database.client, reportOf(requestId, 'learning', 2));
    const closed = await recordErasureReport(database.client, reportOf(requestId, services[0]));
    const again = await recordErasureReport(database.client, reportOf(requestId, services[0], 9));

    expect(closed).toMatchObject({ closedAt: expect.any(Date), missing: [] });
    expect(closed.reports.find(({ service }) => service === 'learning')?.tables).toEqual({ things: 2 });
    expect(again).toEqual(closed);
    expect(
      await database.client.erasureRequest.findUniqueOrThrow({
        where: { id: parseErasureRequestId(requestId) },
      }),
    ).toMatchObject({
      userId: null,
    });
    expect((await listOpenErasures(database.client)).map((open) => open.requestId)).not.toContain(requestId);
  });

  it(`is made once and closed once by callers at the same time, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = await makeUser();
      const requests = await race(() => requestErasure(database.client, userId), 4);
      const requestId = requests.won[0]?.requestId ?? expect.unreachable('nobody made the request');
      const reports = await race(
        (caller) =>
          recordErasureReport(
            database.client,
            reportOf(requestId, services[caller % services.length] ?? 'auth'),
          ),
        2 * services.length,
      );

      expect([requests.refused, reports.refused]).toEqual([{}, {}]);
      expect(await readErasure(database.client, requestId)).toMatchObject({
        closedAt: expect.any(Date),
        missing: [],
      });
    }
  });

  it('is overdue after its day', async () => {
    const { requestId } = await requestErasure(database.client, await makeUser());
    await database.client.erasureRequest.update({
      where: { id: parseErasureRequestId(requestId) },
      data: { requestedAt: new Date('2026-01-01'), dueAt: new Date('2026-01-31') },
    });
    const late = await overdue(database.client);

    expect(late.map((open) => open.requestId)).toEqual([requestId]);
  });

  it('is refused for nobody, and a report for no request', async () => {
    const nobody = '01900000-0000-7000-8000-0000000000ff' as UserId;
    const request = requestErasure(database.client, nobody);
    await expect(request).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    const report = recordErasureReport(database.client, reportOf(nobody as unknown as EventId, 'auth'));
    await expect(report).rejects.toMatchObject({ code: 'RECORD_NOT_FOUND' });
  });
});

it('the example goes from the wish to the certificate', async () => {
  const { requestId } = await askToBeForgotten(database.client, await makeUser());
  const closed = [];
  for (const service of services) closed.push(await hear(database.client, reportOf(requestId, service)));

  expect(closed).toEqual([false, false, false, false, true]);
  expect((await certificate(database.client, reportOf(requestId, 'auth'))).reports).toHaveLength(5);
});
