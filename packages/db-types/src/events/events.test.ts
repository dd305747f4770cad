import Ajv from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type CodezestEvent,
  contractOf,
  type EmailAddress,
  type EntitlementSnapshot,
  type EventPayload,
  eventContracts,
  type JsonSchema,
  parseEvent,
  services,
  type UserId,
} from '../index.js';
import { differenceFrom } from './json-schema.js';

const uuid = '018f0000-0000-7000-8000-000000000001';
const ajv = new Ajv({ strict: true });
ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
ajv.addFormat('date-time', {
  validate: (text: string) => /Z|\+00:00$/.test(text) && !Number.isNaN(Date.parse(text)),
});

/** A value that the schema accepts. */
function acceptedBy(schema: JsonSchema): unknown {
  if ('anyOf' in schema) return null;
  if ('enum' in schema) return schema.enum[0];
  switch (schema.type) {
    case 'string':
      return schema.format === 'uuid'
        ? uuid
        : schema.format === 'date-time'
          ? '2026-11-29T12:00:00.000Z'
          : 'text';
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties).map(([name, of]) => [name, acceptedBy(of)]),
      );
    case 'boolean':
      return true;
    default:
      return 1;
  }
}

const eventOf = (contract: (typeof eventContracts)[number]) => ({
  id: uuid,
  type: contract.type,
  version: contract.version,
  aggregateType: contract.aggregateType,
  aggregateId: uuid,
  aggregateVersion: 3,
  occurredAt: '2026-11-29T12:00:00.000Z',
  traceContext: null,
  payload: acceptedBy(contract.payload) as Record<string, unknown>,
});

describe('contracts of events', () => {
  it('name each type and version once', () => {
    const names = eventContracts.map(({ type, version }) => `${type} ${version}`);

    expect(names.length).toBeGreaterThan(5);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(eventContracts)('$type: told by one service, heard by others', (contract) => {
    const { type, aggregateType, producer, consumers } = contract;

    expect(type).toMatch(/^[a-z]+(?:\.[a-z]+(?:_[a-z]+)*)+$/);
    // What Debezium's router makes a topic of.
    expect(aggregateType).toMatch(/^[a-z][a-z0-9_.-]{0,99}$/);
    expect(aggregateType.split('.')[0]).toBe(producer);
    expect(consumers.length).toBeGreaterThan(0);
    for (const consumer of consumers) expect(services).toContain(consumer);
    expect(consumers).not.toContain(producer);
    expect(new Set(consumers).size).toBe(consumers.length);
  });

  it.each(eventContracts)('$type: is about one user, and its id is what all services know', ({ payload }) => {
    expect(payload).toMatchObject({ properties: { userId: { format: 'uuid' } } });
    expect(payload).toMatchObject({ required: expect.arrayContaining(['userId']) });
  });

  it('carry types that match their schemas', () => {
    expectTypeOf<EventPayload<'user.deleted'>>().toEqualTypeOf<{ userId: UserId }>();
    expectTypeOf<EventPayload<'entitlement.changed'>>().toExtend<EntitlementSnapshot>();
    expectTypeOf<EntitlementSnapshot>().toExtend<EventPayload<'entitlement.changed'>>();
    const narrowed = (event: CodezestEvent) => event.type === 'user.contact_changed' && event.payload.email;
    expectTypeOf(narrowed).returns.toEqualTypeOf<false | EmailAddress>();
  });
});

describe('parseEvent', () => {
  it.each(eventContracts)('takes a $type, and one with properties of a later release', (contract) => {
    const event = eventOf(contract);
    const later = { ...event, payload: { ...event.payload, addedLater: [1] }, sentBy: 'a broker' };

    expect(parseEvent(event)).toBe(event);
    expect(parseEvent(later)).toBe(later);
  });

  it.each(eventContracts)('refuses a $type that lacks a property, or has another type in it', (contract) => {
    const event = eventOf(contract);
    const { required } = contract.payload as { required: readonly string[] };
    const refusal = (name: string) =>
      expect.objectContaining({ code: 'EVENT_INVALID', at: `/payload/${name}` });
    expect(required.length).toBeGreaterThan(0);
    for (const name of Object.keys(event.payload)) {
      const { [name]: _, ...rest } = event.payload;
      const odd = { ...event.payload, [name]: { odd: true } };
      expect(() => parseEvent({ ...event, payload: odd })).toThrow(refusal(name));
      if (required.includes(name))
        expect(() => parseEvent({ ...event, payload: rest })).toThrow(refusal(name));
      else expect(parseEvent({ ...event, payload: rest })).toMatchObject({ payload: rest });
    }
  });

  it('tells what it does not know yet from what is wrong', () => {
    const event = eventOf(eventContracts[0]);
    const codeOf = (value: unknown): unknown => {
      try {
        return parseEvent(value);
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    };

    expect(codeOf({ ...event, version: event.version + 1 })).toBe('EVENT_UNKNOWN');
    expect(codeOf({ ...event, type: 'user.levitated' })).toBe('EVENT_UNKNOWN');
    for (const value of [
      null,
      undefined,
      'event',
      [],
      {},
      { ...event, id: 'x' },
      { ...event, aggregateVersion: -1 },
    ])
      expect(codeOf(value)).toBe('EVENT_INVALID');
    for (const field of [
      'aggregateType',
      'aggregateId',
      'occurredAt',
      'traceContext',
      'payload',
      'version',
      'type',
    ])
      expect(codeOf({ ...event, [field]: { odd: true } }), field).toBe('EVENT_INVALID');
    expect(contractOf('toString', 1)).toBeUndefined();
  });

  it('repeats nothing of what it refuses', () => {
    const event = {
      ...eventOf(eventContracts[1]),
      payload: { userId: uuid, email: 42, firstName: 'secret-name' },
    };

    expect(() => parseEvent(event)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    );
  });
});

it.each(eventContracts)(
  '$type: ajv judges any payload by the schema as parseEvent does',
  ({ payload: schema }) => {
    const judge = ajv.compile(schema);
    const properties = Object.keys((schema as { properties: object }).properties);
    const odd = fc.oneof(
      fc.constantFrom(
        null,
        '',
        'FREE',
        'ADMIN',
        uuid,
        uuid.toUpperCase(),
        '2026-11-29T12:00:00Z',
        '2026-11-29',
        0,
        1.5,
        -1,
        true,
      ),
      fc.object({ maxDepth: 1 }),
    );
    const payloads = fc.oneof(
      odd,
      fc
        .dictionary(fc.constantFrom(...properties, 'other'), odd)
        .map((some) => ({ ...(acceptedBy(schema) as object), ...some })),
    );

    fc.assert(
      fc.property(payloads, (payload) => (differenceFrom(schema, payload) === undefined) === judge(payload)),
    );
  },
);
