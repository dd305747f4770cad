import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRuleViolation, type RecipientEvent, upsertRecipient } from '../src/index.js';
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

    expect(recipient).toEqual(
      await database.client.recipient.findUniqueOrThrow({ where: { userId: created.userId } }),
    );
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

  it('is refused a time zone that no one knows', async () => {
    const refused = await upsertRecipient(database.client, event({ timeZone: 'Mars/Olympus' })).catch(
      (error: unknown) => error,
    );

    expect(isRuleViolation(refused, 'recipients_time_zone_rule')).toBe(true);
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
