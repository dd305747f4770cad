import { newId } from '@codezest/db-core';
import { race } from '@codezest/db-core/testing';
import type { EmailAddress, EventId, UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NewEvent, publish, transaction } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, refusal, rolledBack } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describe('publish', () => {
  const contactOf = (userId: UserId, changes: object = {}) =>
    ({
      type: 'user.contact_changed',
      version: 1,
      aggregateType: 'auth.user',
      aggregateId: userId,
      aggregateVersion: 2,
      payload: {
        userId,
        email: 'a@example.com' as EmailAddress,
        firstName: 'A',
        lastName: '',
        phone: null,
        timeZone: null,
      },
      ...changes,
    }) as NewEvent;

  it('writes in the open transaction, once per id', async () => {
    const userId = (await newAccount(database.client)).user.id;
    const id = newId<'Event'>();
    const traceContext = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    for (let time = 0; time < 2; time += 1) {
      const published = await transaction(database.client, (open) =>
        publish(open, contactOf(userId, { id, traceContext })),
      );
      expect(published).toBe(id);
    }

    const events = await database.client.outboxEvent.findMany({
      where: { aggregateId: userId, aggregateVersion: 2 },
      include: { deliveries: true },
    });
    expect(events).toEqual([
      expect.objectContaining({
        id,
        traceContext,
        deliveries: [expect.objectContaining({ consumer: 'notifications' })],
      }),
    ]);
  });

  it('of one id by several at once writes it once', async () => {
    const userId = (await newAccount(database.client)).user.id;
    const event = contactOf(userId, { id: newId<'Event'>() });
    const { refused } = await race(() => transaction(database.client, (open) => publish(open, event)), 4);

    expect(refused).toEqual({});
    expect(await database.client.outboxEvent.count({ where: { id: event.id as EventId } })).toBe(1);
  });

  it('writes nothing where the transaction is rolled back', async () => {
    const userId = (await newAccount(database.client)).user.id;
    await rolledBack(database.client, (open) => publish(open, contactOf(userId)));

    expect(
      await database.client.outboxEvent.count({ where: { aggregateId: userId, aggregateVersion: 2 } }),
    ).toBe(0);
  });

  it('refuses to write outside of one', async () => {
    const userId = (await newAccount(database.client)).user.id;

    expect(await refusal(publish(database.client, contactOf(userId)))).toBe('TRANSACTION_MISSING');
  });

  it.each<[string, object]>([
    ['another service tells', { type: 'entitlement.changed', aggregateType: 'payments.entitlement' }],
    ['lacks its payload', { payload: undefined }],
    ['has a payload of another type', { payload: { userId: 'x' } }],
    ['has no version of its aggregate', { aggregateVersion: 1.5 }],
    ['has a blank aggregate', { aggregateId: '  ' }],
    ['has a trace context of many lines', { traceContext: 'a\nb' }],
    ['has an id that is none', { id: 'x' }],
  ])('refuses an event that %s', async (_what, changes) => {
    const userId = (await newAccount(database.client)).user.id;
    const work = transaction(database.client, (open) => publish(open, contactOf(userId, changes)));

    expect(await refusal(work)).toBe('EVENT_INVALID');
  });

  it.each<[string, (payload: object) => object]>([
    ['NUL', (payload) => ({ ...payload, firstName: 'a\0b' })],
    ['a lone surrogate', (payload) => ({ ...payload, lastName: '\ud800' })],
    ['more than 512 KiB', (payload) => ({ ...payload, firstName: 'x'.repeat(524_288) })],
    ['a bigint', (payload) => ({ ...payload, more: 1n })],
  ])('refuses a payload with %s', async (_what, change) => {
    const userId = (await newAccount(database.client)).user.id;
    const event = contactOf(userId);
    const work = transaction(database.client, (open) =>
      publish(open, { ...event, payload: change(event.payload) } as NewEvent),
    );

    expect(await refusal(work)).toBe('EVENT_INVALID');
  });

  it('refuses a type that no contract knows', async () => {
    const userId = (await newAccount(database.client)).user.id;
    const work = transaction(database.client, (open) => publish(open, contactOf(userId, { version: 99 })));

    expect(await refusal(work)).toBe('EVENT_UNKNOWN');
  });
});
