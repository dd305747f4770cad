import type { EventId, UserId } from '@codezest/db-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMongo } from '../../src/mongo/client.js';
import { eraseUserData } from '../../src/mongo/erase.js';
import { objectBounds, safeObject } from '../../src/mongo/input-safety.js';
import {
  listActivityLogsByAction,
  listEventsByName,
  listUserActivityLogs,
  listUserEvents,
} from '../../src/mongo/listing.js';
import { recordActivityLogs, recordAnalyticsEvents } from '../../src/mongo/record.js';
import { ada, loggedIn, videoPaused } from './fixtures.js';

/** Nobody listens there: what is refused is refused before anything is sent. */
const unreachable = createMongo({ url: 'mongodb://127.0.0.1:1/none' });

const operators: unknown[] = [{ $gt: '' }, { $ne: null }, { $regex: '.*' }, ['a'], null, 7, {}, undefined];

describe('operators where a value should be', () => {
  it.each(operators)('are refused as ids and filters: %j', async (operator) => {
    const text = operator as string;
    const user = operator as UserId;
    const refusals = [
      listUserActivityLogs(unreachable, user),
      listUserEvents(unreachable, user),
      listActivityLogsByAction(unreachable, text),
      listEventsByName(unreachable, text),
      eraseUserData(unreachable, user),
      recordActivityLogs(unreachable, [loggedIn({ id: operator as EventId })]),
      recordActivityLogs(unreachable, [loggedIn({ userId: user })]),
      recordActivityLogs(unreachable, [loggedIn({ action: text })]),
      recordAnalyticsEvents(unreachable, [videoPaused({ id: operator as EventId })]),
    ];

    for (const refusal of refusals) {
      await expect(refusal).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:ID_INVALID|INPUT_UNSAFE|DOCUMENT_INVALID)$/),
      });
    }
  });

  it('are refused as bounds of a span', async () => {
    const from = { $gt: 0 } as unknown as Date;

    await expect(listEventsByName(unreachable, 'a.b', { span: { from } })).rejects.toMatchObject({
      code: 'INPUT_UNSAFE',
    });
  });

  it('are refused in cursors', async () => {
    await expect(
      listUserEvents(unreachable, ada, { cursor: { $gt: '' } as unknown as string }),
    ).rejects.toMatchObject({ code: expect.any(String) });
  });
});

describe('free-form objects', () => {
  const key = fc.constantFrom('$where', '$', 'a.b', '.', 'zero\0', '$ne');
  const around = fc.constantFrom<(inner: object) => object>(
    (inner) => inner,
    (inner) => ({ a: inner }),
    (inner) => ({ a: [inner] }),
    (inner) => ({ a: { b: [[inner]] } }),
  );

  it('are refused with a key that MongoDB could take for more than a name, however deep', () => {
    fc.assert(
      fc.property(key, around, (name, wrap) => {
        expect(() => safeObject('metadata', wrap({ [name]: 1 }))).toThrow(
          expect.objectContaining({ code: 'INPUT_UNSAFE' }),
        );
      }),
    );
  });

  it.each([
    ['a list', []],
    ['text', 'text'],
    ['null', null],
    ['a Date', new Date()],
    ['an object of a class', new Map()],
    ['undefined inside', { a: undefined }],
    ['a function inside', { a: () => 1 }],
    ['a Date inside', { a: new Date() }],
    ['a big integer inside', { a: 1n }],
    ['what is no number', { a: Number.NaN }],
    ['a prototype', JSON.parse('{"__proto__": {"admin": true}}')],
    ['one level too many', { a: { b: { c: { d: { e: {} } } } } }],
    ['one byte too many', { a: 'x'.repeat(objectBounds.bytes) }],
  ])('are refused when they are or hold %s', (_, value) => {
    expect(() => safeObject('metadata', value)).toThrow(expect.objectContaining({ code: 'INPUT_UNSAFE' }));
  });

  it.each([
    ['empty', {}],
    ['as deep as may be', { a: { b: { c: { d: { e: 1 } } } } }],
    ['without prototype', Object.assign(Object.create(null), { a: 1 })],
    ['with a dollar in a value', { price: '$5', path: 'a.b' }],
    ['with a dollar inside a key', { us$: 1 }],
  ])('are taken when they are %s', (_, value) => {
    expect(safeObject('metadata', value)).toBe(value);
  });
});
