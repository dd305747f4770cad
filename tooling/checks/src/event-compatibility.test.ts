import { describe, expect, it } from 'vitest';
import {
  currentContracts,
  incompatibilities,
  RELEASED_EVENTS,
  type ReleasedContract,
} from './event-compatibility.js';
import { read } from './repository.js';

const released = JSON.parse(read(RELEASED_EVENTS)) as ReleasedContract[];

it('services of the last release and of this one understand each other’s events', () => {
  expect(released.length).toBeGreaterThan(5);
  expect(incompatibilities(released, currentContracts())).toEqual([]);
});

describe('a change of a payload', () => {
  const before: ReleasedContract = {
    type: 'user.registered',
    version: 1,
    aggregateType: 'auth.user',
    producer: 'auth',
    payload: {
      type: 'object',
      properties: {
        userId: { type: 'string', format: 'uuid' },
        role: { enum: ['STUDENT', 'ADMIN'] },
        phone: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        nickname: { type: 'string' },
      },
      required: ['userId', 'role', 'phone'],
    },
  };
  const schema = before.payload as Extract<ReleasedContract['payload'], { type: 'object' }>;
  const withProperties = (properties: object, required = schema.required): ReleasedContract => ({
    ...before,
    payload: { ...schema, properties: { ...schema.properties, ...properties }, required },
  });
  const { role: _, ...withoutRole } = schema.properties;

  it('may add what is optional, and events of their own', () => {
    const grown = withProperties({ locale: { type: 'string' } });

    expect(incompatibilities([before], [before, { ...before, version: 2 }])).toEqual([]);
    expect(incompatibilities([before], [grown])).toEqual([]);
  });

  it.each<[string, ReleasedContract[], string]>([
    ['removes the event', [], 'is gone'],
    ['removes the version', [{ ...before, version: 2 }], 'is gone'],
    [
      'moves it to another aggregate',
      [{ ...before, aggregateType: 'auth.profile' }],
      'another aggregateType',
    ],
    ['moves it to another service', [{ ...before, producer: 'payments' }], 'another producer'],
    ['makes it the last word', [{ ...before, final: true }], 'another final'],
    [
      'requires something new',
      [withProperties({ locale: { type: 'string' } }, [...schema.required, 'locale'])],
      '/locale is new',
    ],
    [
      'requires what was optional',
      [withProperties({}, [...schema.required, 'nickname'])],
      '/nickname is required',
    ],
    ['no longer requires something', [withProperties({}, ['userId', 'role'])], '/phone is optional'],
    ['removes a property', [{ ...before, payload: { ...schema, properties: withoutRole } }], '/role is gone'],
    [
      'adds a member',
      [withProperties({ role: { enum: ['STUDENT', 'ADMIN', 'GUEST'] } })],
      '/role accepts other',
    ],
    ['changes a type', [withProperties({ userId: { type: 'string' } })], '/userId accepts other'],
    [
      'changes the type of what may be null',
      [withProperties({ phone: { anyOf: [{ type: 'integer' }, { type: 'null' }] } })],
      '/phone accepts other',
    ],
    ['stops accepting null', [withProperties({ phone: { type: 'string' } })], '/phone accepts other'],
  ])('is refused where it %s', (_name, current, why) => {
    expect(incompatibilities([before], current)).toEqual([expect.stringContaining(why)]);
  });
});
