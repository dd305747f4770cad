import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { EventId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Broadcast,
  cancelBroadcast,
  findBroadcast,
  listInbox,
  type NewBroadcast,
  pauseBroadcast,
  resumeBroadcast,
  runBroadcast,
  startBroadcast,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newType, newUser, racingDatabase, undone } from './fixtures.js';

let database: TestDatabase;
let typeSlug: string;

beforeAll(async () => {
  database = await racingDatabase();
  typeSlug = await newType(database.client);
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.client.notification.deleteMany({});
  await database.client.recipient.deleteMany({});
});

/** People in the order of their ids, which is that of their rows, as the locales say. */
async function people(locales: readonly string[], timeZone = 'UTC'): Promise<UserId[]> {
  const users = locales.map(() => newUser()).sort();
  await database.client.recipient.createMany({
    data: users.map((userId, n) => ({
      id: newId<'Recipient'>(),
      userId,
      email: `${userId}@example.com`,
      firstName: 'A',
      lastName: 'B',
      version: 1,
      locale: locales[n] as string,
      timeZone,
    })),
  });
  return users;
}

const many = (count: number) => people(Array.from({ length: count }, () => 'en'));
const start = (values: Partial<NewBroadcast> = {}) =>
  startBroadcast(database.client, {
    id: newId<'Event'>() as EventId,
    typeSlug,
    title: 'News',
    message: 'Read them.',
    ...values,
  });
const run = (id: EventId, usersPerStep = 2) => runBroadcast(database.client, id, { usersPerStep });
const told = async () =>
  (await database.client.notification.findMany({ orderBy: { userId: 'asc' } })).map(({ userId }) => userId);

describe('a broadcast', () => {
  it('tells everybody once, with its progress, however often it is run', async () => {
    const users = await many(5);
    const { id } = await start({ data: { edition: 7 }, priority: 'LOW', actionUrl: '/news' });
    const steps: [number, number][] = [];

    const ended = await runBroadcast(database.client, id, {
      usersPerStep: 2,
      onProgress: ({ examined, told: reached }) => steps.push([examined, reached]),
    });

    expect(steps).toEqual([
      [2, 2],
      [4, 4],
      [5, 5],
    ]);
    expect(ended).toMatchObject({ total: 5, examined: 5, told: 5 });
    expect(ended.completedAt).toBeInstanceOf(Date);
    expect(await run(id)).toEqual(ended);
    expect(await findBroadcast(database.client, id)).toEqual(ended);
    expect(await told()).toEqual(users);
    const { items } = await listInbox(database.client, users[0] as UserId);
    expect(items).toMatchObject([
      { title: 'News', data: { edition: 7 }, priority: 'LOW', actionUrl: '/news', eventId: id },
    ]);
  });

  it('started again is the one that was started', async () => {
    await many(1);
    const first = await start();

    expect(await start({ id: first.id, title: 'Other news' })).toEqual(first);
  });

  it('for a segment tells those of a language, of a locale or of a time zone', async () => {
    const locales = ['de', 'pt', 'pt-BR', 'pt-PT'];
    const [, pt, brazil, portugal] = await people(locales);
    const there = await people(['de', 'pt-BR'], 'America/Bahia');

    for (const [segment, expected] of [
      [{ locales: ['pt'] }, [pt, brazil, portugal, there[1]]],
      [{ locales: ['pt-BR'] }, [brazil, there[1]]],
      [{ locales: ['pt-BR'], timeZones: ['America/Bahia'] }, [there[1]]],
      [{ timeZones: ['America/Bahia', 'Asia/Tokyo'] }, there],
      [{ locales: ['ja'] }, []],
    ] as const) {
      const ended = await run((await start({ segment })).id);

      expect(await told()).toEqual(expected.toSorted());
      expect(ended).toMatchObject({ total: 6, examined: 6, told: expected.length });
      await database.client.notification.deleteMany({});
    }
  });

  it('tells nobody who has joined since, has been erased, or has it off', async () => {
    const [erased, off, stays] = await many(3);
    const { id } = await start();
    await database.client.notificationPreference.create({
      data: { userId: off as UserId, inApp: false, email: false },
    });
    const [late] = await many(1);
    await database.client.recipient.update({
      where: { userId: late as UserId },
      data: { createdAt: new Date(Date.now() + 60_000) },
    });
    // The erasure has begun, and has not come to this row yet.
    await database.owner.client.$executeRaw`INSERT INTO erased_users (user_hash, request_id)
      VALUES (rules.hash_of_user(${erased}::uuid), gen_random_uuid())`;

    expect(await run(id)).toMatchObject({ total: 3, examined: 4, told: 1 });
    expect(await told()).toEqual([stays]);
  });

  it('paused tells nobody more until it is resumed, and goes on behind whom it has told', async () => {
    const users = await many(5);
    const { id } = await start();
    const stop = new AbortController();
    await runBroadcast(database.client, id, {
      usersPerStep: 2,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });

    const paused = await pauseBroadcast(database.client, id);
    expect((await pauseBroadcast(database.client, id)).pausedAt).toEqual(paused.pausedAt);
    expect(await run(id)).toMatchObject({ examined: 2, completedAt: null });
    expect(await told()).toEqual(users.slice(0, 2));

    expect((await resumeBroadcast(database.client, id)).pausedAt).toBeNull();
    expect((await resumeBroadcast(database.client, id)).pausedAt).toBeNull();
    expect(await run(id)).toMatchObject({ examined: 5, told: 5 });
    expect(await told()).toEqual(users);
  });

  it('canceled has ended, as a complete one has', async () => {
    await many(3);
    const [canceled, complete] = [await start(), await start()];
    await run(complete.id);

    const first = await cancelBroadcast(database.client, canceled.id);
    expect((await cancelBroadcast(database.client, canceled.id)).canceledAt).toEqual(first.canceledAt);
    expect(await run(canceled.id)).toMatchObject({ examined: 0, told: 0 });
    for (const [change, id] of [
      [pauseBroadcast, canceled.id],
      [resumeBroadcast, canceled.id],
      [pauseBroadcast, complete.id],
      [cancelBroadcast, complete.id],
    ] as const)
      await expect(change(database.client, id)).rejects.toMatchObject({ code: 'BROADCAST_ENDED' });
  });

  it('that is unknown, of no type, or run in no steps is refused', async () => {
    const id = newId<'Event'>() as EventId;
    for (const act of [findBroadcast, run, pauseBroadcast, resumeBroadcast, cancelBroadcast])
      await expect(
        act === run ? run(id) : (act as typeof findBroadcast)(database.client, id),
      ).rejects.toMatchObject({ code: 'BROADCAST_NOT_FOUND' });
    await expect(start({ typeSlug: 'unknown' })).rejects.toMatchObject({ code: 'NOTIFICATION_TYPE_UNKNOWN' });
    await expect(start({ expiresAt: new Date(Number.NaN) })).rejects.toMatchObject({
      code: 'EXPIRY_INVALID',
    });
    await expect(start({ title: ' ' })).rejects.toMatchObject({ code: 'RULE_VIOLATED' });
    for (const step of [0, 1_001, 1.5])
      await expect(run(id, step)).rejects.toMatchObject({ code: 'BROADCAST_STEP_INVALID' });
  });

  it('is undone with the transaction that it is part of', async () => {
    await many(3);
    const { id } = await start();

    const inside = await undone(database.client, (transaction) =>
      runBroadcast(transaction, id, { usersPerStep: 2 }),
    );

    expect(inside).toMatchObject({ told: 3 });
    expect(await told()).toEqual([]);
    expect(await findBroadcast(database.client, id)).toMatchObject({ examined: 0, completedAt: null });
  });

  it('goes on where it was when its process is killed', async () => {
    const users = await many(1_000);
    const { id } = await start();
    let current = await findBroadcast(database.client, id);
    for (let kills = 0; kills < 3; kills += 1) {
      const child = runInProcess(id);
      const gone = once(child, 'exit');
      const before = current.examined;
      do current = await findBroadcast(database.client, id);
      while (current.examined === before && child.exitCode === null);
      child.kill('SIGKILL');
      await gone;
      expect(current.examined).toBeGreaterThan(before);
    }

    const ended: Broadcast = await run(id, 50);

    expect(ended).toMatchObject({ examined: 1_000, told: 1_000 });
    expect(await told()).toEqual(users);
  });

  it(`is started, run, paused, resumed and canceled by ${CALLERS} at once, ${ROUNDS} rounds: each is told once at most`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const users = await many(20);
      const id = newId<'Event'>() as EventId;
      await start({ id });

      const { won, refused } = await race(async (caller) => {
        if (caller % 8 === 1) return start({ id });
        if (caller % 8 === 2) return pauseBroadcast(database.client, id);
        if (caller % 8 === 3) return resumeBroadcast(database.client, id);
        return run(id, 3);
      });

      expect(Object.keys(refused).filter((code) => code !== 'BROADCAST_ENDED')).toEqual([]);
      expect(won.length).toBeGreaterThan(0);
      const before = await findBroadcast(database.client, id);
      if (before.completedAt === null) {
        await resumeBroadcast(database.client, id);
        await run(id, 3);
      }
      expect(await told()).toEqual(users);
      expect(await findBroadcast(database.client, id)).toMatchObject({ examined: 20, told: 20 });
      const other = await start();
      const canceled = await race(() => cancelBroadcast(database.client, other.id));
      expect(new Set(canceled.won.map(({ canceledAt }) => canceledAt?.getTime())).size).toBe(1);
      await database.client.notification.deleteMany({});
      await database.client.recipient.deleteMany({});
    }
  });
});

/** A process of its own that runs the broadcast slowly, as the package is installed. */
function runInProcess(id: EventId) {
  const program = `const { createClient, runBroadcast } = require(${JSON.stringify(join(__dirname, '../dist/cjs/index.js'))});
    runBroadcast(createClient({ url: process.env.URL }), ${JSON.stringify(id)}, { usersPerStep: 1 });`;
  return spawn(process.execPath, ['-e', program], { env: { URL: database.url }, stdio: 'ignore' });
}
