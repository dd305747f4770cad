import { newId } from '@codezest/db-core';
import { deliver, toldEvent } from '@codezest/db-core/testing';
import type { EmailAddress, UserId } from '@codezest/db-types';
import fc from 'fast-check';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient, eventBacklog, type PrismaClient, receiveEvents } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { applyEvents, forgetApplied, tryAgain, waitingEvents } from './examples/receiving.js';
import { newUser } from './fixtures.js';
import { contactChanged, userDeleted } from './told.js';

let database: TestDatabase;
let owner: PrismaClient;
let inbox: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = createClient({ url: database.owner.url });
  inbox = new Connection({ connectionString: database.owner.url });
  await inbox.connect();
});
beforeEach(() => inbox.query('TRUNCATE received_events'));
afterAll(async () => {
  await inbox?.end();
  await owner?.$disconnect();
  await database?.drop();
});

const recipientOf = (userId: UserId) => database.client.recipient.findUnique({ where: { userId } });
const countWith = async (text: string): Promise<number> => {
  const { rows } = await inbox.query(
    `SELECT count(*)::int AS n FROM received_events e WHERE strpos(e::text, $1) > 0`,
    [text],
  );
  return rows[0].n;
};

describe('user.contact_changed', () => {
  it('makes the recipient, and later the newest of them holds', async () => {
    const first = contactChanged({ phone: '+49 151 12345678', timeZone: 'Europe/Berlin' }, 3);
    const { userId } = first.payload;
    await deliver(inbox, first);

    expect(await receiveEvents(database.client)).toEqual({ applied: 1, failed: 0, dead: 0 });
    expect(await recipientOf(userId)).toMatchObject({
      version: 3,
      email: 'ada@example.com',
      phone: '+4915112345678',
      timeZone: 'Europe/Berlin',
    });

    await deliver(inbox, contactChanged({ userId, email: 'old@example.com' as EmailAddress }, 2));
    expect(await receiveEvents(database.client)).toEqual({ applied: 1, failed: 0, dead: 0 });
    expect(await recipientOf(userId)).toMatchObject({ version: 3, email: 'ada@example.com' });

    // Many at once: a phone is taken back, a time zone that is not spoken of stays, an address that is none fails alone.
    const wrong = contactChanged({ email: 'nobody' as EmailAddress });
    await deliver(inbox, contactChanged({ userId }, 4), contactChanged(), wrong);
    expect(await receiveEvents(database.client, { attempts: 1 })).toEqual({ applied: 2, failed: 0, dead: 1 });
    expect(await recipientOf(userId)).toMatchObject({ version: 4, phone: null, timeZone: 'Europe/Berlin' });
    expect((await inbox.query('SELECT reason FROM received_events WHERE dead_at IS NOT NULL')).rows).toEqual([
      { reason: 'EMAIL_ADDRESS_INVALID' },
    ]);
  });

  it('in any order, often, by any number of deliveries: the highest version is what stays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 1 }),
        fc.array(fc.nat(7), { maxLength: 8 }),
        async (versions, again) => {
          const userId = newUser();
          const events = versions.map((version) =>
            contactChanged({ userId, email: `v${version}@example.com` as EmailAddress }, version),
          );
          const copies = again.flatMap((place) => events[place] ?? []);
          for (const event of [...events, ...copies]) {
            await deliver(inbox, event);
            if (event.aggregateVersion % 2 === 0) await receiveEvents(database.client);
          }
          await receiveEvents(database.client);

          const highest = Math.max(...versions);
          expect(await recipientOf(userId)).toMatchObject({
            version: highest,
            email: `v${highest}@example.com`,
          });
        },
      ),
      { numRuns: process.env.LONG_TESTS ? 500 : 60 },
    );
  });
});

describe('user.deleted', () => {
  it('erases the person, and leaves no trace of it in the inbox', async () => {
    const known = contactChanged({ email: 'gone@example.com' as EmailAddress });
    const { userId } = known.payload;
    await deliver(inbox, known);
    await receiveEvents(owner);
    expect(await recipientOf(userId)).not.toBeNull();

    await deliver(inbox, userDeleted(userId));
    expect(await receiveEvents(owner)).toEqual({ applied: 1, failed: 0, dead: 0 });

    expect(await recipientOf(userId)).toBeNull();
    expect([await countWith(userId), await countWith('gone@example.com')]).toEqual([0, 0]);
  });

  it('comes again, or before what was said earlier: the person stays forgotten', async () => {
    const late = contactChanged({ email: 'late@example.com' as EmailAddress });
    const { userId } = late.payload;
    const deletion = userDeleted(userId);
    await deliver(inbox, deletion);
    await receiveEvents(owner);

    await deliver(inbox, late, deletion);
    expect(await receiveEvents(owner)).toEqual({ applied: 2, failed: 0, dead: 0 });

    expect(await recipientOf(userId)).toBeNull();
    expect(await countWith('late@example.com')).toBe(0);
    expect(await eventBacklog(owner)).toMatchObject({ open: 0, waiting: 0, dead: 0 });
  });

  it('waits where the role may not erase', async () => {
    const userId = newUser();
    await deliver(inbox, userDeleted(userId));

    expect(await receiveEvents(database.client)).toEqual({ applied: 0, failed: 0, dead: 0 });
    expect(await eventBacklog(database.client)).toMatchObject({ open: 1, waiting: 0 });
    expect(await receiveEvents(owner)).toMatchObject({ applied: 1 });
  });

  it('is never given up: what has to be erased elsewhere first is asked again', async () => {
    const userId = newUser();
    await deliver(inbox, userDeleted(userId));
    const asked: UserId[] = [];
    const options = {
      attempts: 1,
      retrySeconds: 0,
      beforeErasure: async (of: UserId) => {
        if (asked.push(of) < 3) throw Object.assign(new Error(`cannot ${of}`), { code: 'FILES_AWAY' });
      },
    };

    expect(await receiveEvents(owner, { ...options, limit: 1 })).toEqual({ applied: 0, failed: 1, dead: 0 });
    expect((await inbox.query('SELECT attempts, reason FROM received_events')).rows).toEqual([
      { attempts: 1, reason: 'FILES_AWAY' },
    ]);
    expect(await receiveEvents(owner, { ...options, limit: 2 })).toEqual({ applied: 1, failed: 1, dead: 0 });
    expect(asked).toEqual([userId, userId, userId]);
  });
});

it('the examples apply, count, try again and forget', async () => {
  await deliver(inbox, toldEvent('user.deleted', { userId: newId<'User'>() as UserId }));
  expect(await waitingEvents(owner)).toMatchObject({ open: 1, dead: 0 });
  await applyEvents(owner);

  expect(await waitingEvents(owner)).toMatchObject({ open: 0, dead: 0 });
  expect(await tryAgain(owner)).toBe(0);
  expect(await forgetApplied(owner)).toBe(0);
});
