import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecipientEvent, upsertRecipient } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newUser, racingDatabase, undone } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

const event = (values: Partial<RecipientEvent> = {}): RecipientEvent => ({
  userId: newUser(),
  version: 1,
  email: 'Ada@Example.com',
  firstName: 'Ada',
  lastName: 'Okafor',
  ...values,
});

describe('a recipient', () => {
  it('is what the first event says, with the address in lower case', async () => {
    const created = event({ phone: '+4915112345678', locale: 'de', timeZone: 'Europe/Berlin' });

    const recipient = await upsertRecipient(database.client, created);

    expect(recipient).toEqual({
      ...(await database.client.recipient.findUniqueOrThrow({ where: { userId: created.userId } })),
      leftOut: [],
    });
    expect(recipient).toMatchObject({ ...created, email: 'ada@example.com' });
    expect(await upsertRecipient(database.client, event())).toMatchObject({
      phone: null,
      locale: 'en',
      timeZone: 'UTC',
    });
  });

  it('follows a newer event, and keeps what that does not speak of', async () => {
    const { userId } = await upsertRecipient(
      database.client,
      event({ phone: '+4915112345678', locale: 'de', timeZone: 'Europe/Berlin' }),
    );

    const second = await upsertRecipient(database.client, event({ userId, version: 3, firstName: 'Adaeze' }));
    const third = await upsertRecipient(database.client, event({ userId, version: 4, phone: null }));

    expect(second).toMatchObject({ version: 3, firstName: 'Adaeze', phone: '+4915112345678', locale: 'de' });
    expect(third).toMatchObject({ version: 4, phone: null, timeZone: 'Europe/Berlin' });
  });

  it.each([3, 2, 0])('with version 3 is left as it is by version %i', async (version) => {
    const known = await upsertRecipient(database.client, event({ version: 3 }));

    const late = event({ userId: known.userId, version, email: 'old@example.com' });

    expect(await upsertRecipient(database.client, late)).toEqual(known);
  });

  it.each([
    ['+49 (0)151 1234-5678', 'en_US', 'GMT', { phone: '+4915112345678', locale: 'en-US', timeZone: 'UTC' }],
    [
      '+81 90 1234 5678',
      'en-US-u-hc-h12',
      'Japan',
      { phone: '+819012345678', locale: 'en-US-u-hc-h12', timeZone: 'Asia/Tokyo' },
    ],
    [null, null, 'Asia/Calcutta', { phone: null, locale: 'en', timeZone: 'Asia/Kolkata' }],
  ])('is taken with phone %s, locale %s and zone %s', async (phone, locale, timeZone, kept) => {
    const recipient = await upsertRecipient(database.client, event({ phone, locale, timeZone }));

    expect(recipient).toMatchObject({ ...kept, leftOut: [] });
  });

  it('gets what can be kept of an odd event, and is told what was left out', async () => {
    const { userId } = await upsertRecipient(
      database.client,
      event({ phone: '+4915112345678', locale: 'de', timeZone: 'Europe/Berlin' }),
    );

    const odd = await upsertRecipient(
      database.client,
      event({
        userId,
        version: 2,
        email: 'new@example.com',
        firstName: undefined as never,
        lastName: 'O\0kafor',
        phone: '0151 1234567',
        locale: 'english please',
        timeZone: 'Mars/Olympus',
      }),
    );
    const first = await upsertRecipient(database.client, event({ lastName: null as never, timeZone: 'IST' }));

    expect(odd).toMatchObject({ version: 2, email: 'new@example.com', firstName: 'Ada', lastName: 'Okafor' });
    expect(odd).toMatchObject({ phone: null, locale: 'de', timeZone: 'Europe/Berlin' });
    expect([...odd.leftOut].sort()).toEqual(['firstName', 'locale', 'phone', 'timeZone']);
    expect(first).toMatchObject({ lastName: '', timeZone: 'UTC', leftOut: ['lastName', 'timeZone'] });
  });

  it('needs an address, and a version that counts', async () => {
    for (const version of [-1, 1.5, Number.NaN, Date.now(), '2' as never])
      await expect(upsertRecipient(database.client, event({ version }))).rejects.toMatchObject({
        code: 'RECIPIENT_VERSION_INVALID',
      });
    await expect(upsertRecipient(database.client, event({ email: 'ada' }))).rejects.toMatchObject({
      code: 'EMAIL_ADDRESS_INVALID',
    });
  });

  it('is undone with the transaction that it is part of', async () => {
    const created = event({ timeZone: 'Europe/Berlin' });

    const inside = await undone(database.client, async (transaction) => {
      await upsertRecipient(transaction, created);
      return await upsertRecipient(transaction, { ...created, version: 2, phone: '+4915112345678' });
    });

    expect(inside).toMatchObject({ version: 2, phone: '+4915112345678', timeZone: 'Europe/Berlin' });
    expect(await database.client.recipient.count({ where: { userId: created.userId } })).toBe(0);
  });

  it(`is what the newest of ${CALLERS} events at once says, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = newUser();

      const { won } = await race((caller) =>
        upsertRecipient(
          database.client,
          event({ userId, version: (caller * 7) % CALLERS, firstName: `v${(caller * 7) % CALLERS}` }),
        ),
      );

      expect(won).toHaveLength(CALLERS);
      expect(won.every(({ version, firstName }) => firstName === `v${version}`)).toBe(true);
      expect(await database.client.recipient.findUniqueOrThrow({ where: { userId } })).toMatchObject({
        version: CALLERS - 1,
        firstName: `v${CALLERS - 1}`,
      });
    }
  });
});
