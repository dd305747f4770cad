import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liftSuppression, listSuppressions, suppressAddress } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { racingDatabase, undone } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});

afterAll(() => database.drop());

const mail = (address: string) => ({ channel: 'EMAIL', address }) as const;
const reasons = async (reached: Parameters<typeof listSuppressions>[1]) =>
  (await listSuppressions(database.client, reached)).map(({ reason }) => reason);

describe('the suppression list', () => {
  it('has an address in any spelling once per reason, until it is lifted', async () => {
    for (const address of ['Ada@Example.com', ' ada@example.com', 'ada@EXAMPLE.com'])
      await suppressAddress(database.client, { ...mail(address), reason: 'BOUNCE' });
    await suppressAddress(database.client, { ...mail('ada@example.com'), reason: 'MANUAL' });

    expect(await reasons(mail('ADA@example.com'))).toEqual(['BOUNCE', 'MANUAL']);
    expect(await liftSuppression(database.client, { ...mail('Ada@example.com'), reason: 'COMPLAINT' })).toBe(
      false,
    );
    expect(await liftSuppression(database.client, { ...mail('Ada@example.com'), reason: 'BOUNCE' })).toBe(
      true,
    );
    expect(await reasons(mail('ada@example.com'))).toEqual(['MANUAL']);
    expect(await liftSuppression(database.client, mail('ada@example.com'))).toBe(true);
    expect(await reasons(mail('ada@example.com'))).toEqual([]);
  });

  it('tells channels apart, and refuses what is no address of the channel', async () => {
    await suppressAddress(database.client, {
      channel: 'SMS',
      address: '+49 151 1234567',
      reason: 'COMPLAINT',
    });

    expect(await reasons({ channel: 'SMS', address: '+491511234567' })).toEqual(['COMPLAINT']);
    await expect(reasons(mail('+491511234567'))).rejects.toMatchObject({ code: 'EMAIL_ADDRESS_INVALID' });
    await expect(
      suppressAddress(database.client, { channel: 'SMS', address: 'ada@example.com', reason: 'BOUNCE' }),
    ).rejects.toMatchObject({ code: 'PHONE_NUMBER_INVALID' });
  });

  it('is changed with the transaction that changes it', async () => {
    await undone(database.client, (tx) =>
      suppressAddress(tx, { ...mail('tx@example.com'), reason: 'MANUAL' }),
    );

    expect(await reasons(mail('tx@example.com'))).toEqual([]);
  });

  it(`suppressed or lifted by ${CALLERS} at once refuses nobody, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const address = mail(`race-${round}@example.com`);
      const added = await race(() => suppressAddress(database.client, { ...address, reason: 'BOUNCE' }));
      expect([added.won.length, await reasons(address)]).toEqual([CALLERS, ['BOUNCE']]);

      const lifted = await race(() => liftSuppression(database.client, address));
      expect(lifted.won.filter(Boolean)).toHaveLength(1);
      expect(lifted.refused).toEqual({});
    }
  });
});
