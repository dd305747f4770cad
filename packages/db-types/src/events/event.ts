import { type EventId, isEventId } from '../ids/events.js';
import type { EventContract } from './contract.js';
import { contractOf, type EventType, type KnownContract } from './contracts.js';
import { differenceFrom } from './json-schema.js';

type EventOf<Contract> =
  Contract extends EventContract<infer Type, infer Version, infer AggregateType, infer Payload>
    ? {
        /** Unique for good. Whatever is done because of the event is done once per id. */
        readonly id: EventId;
        readonly type: Type;
        readonly version: Version;
        readonly aggregateType: AggregateType;
        readonly aggregateId: string;
        /** Grows with each change of the aggregate. Of two events that state what is, the higher one holds. */
        readonly aggregateVersion: number;
        /** ISO 8601 in UTC: when the producer's transaction began. */
        readonly occurredAt: string;
        /** W3C `traceparent` of what led to the event, where that is known. */
        readonly traceContext: string | null;
        readonly payload: Payload;
      }
    : never;

/**
 * A fact that one service tells the others, as it travels. Delivered at least once and in no order that can be relied on:
 * act on it once per `id`, and compare `aggregateVersion`. `switch (event.type)` narrows the payload.
 */
export type CodezestEvent<Type extends EventType = EventType> = EventOf<
  Extract<KnownContract, { type: Type }>
>;

export type EventPayload<Type extends EventType> = CodezestEvent<Type>['payload'];

/** Something that is no event, or not one as its contract says. Sending it again gives the same error. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
  readonly code = 'EVENT_INVALID';
  /** The first field that differs, such as `/payload/userId`. */
  readonly at: string;

  constructor(at: string, type?: EventType) {
    super(
      `Not a valid ${type ?? ''} event: ${at || 'the whole'} differs from its contract. Send what eventContracts of @codezest/db-types describes.`.replace(
        '  ',
        ' ',
      ),
    );
    this.at = at;
  }
}

/** The type or the version of an event is newer than this release. Keep the event until a release knows it. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
  readonly code = 'EVENT_UNKNOWN';

  constructor() {
    super('This release knows no such event type or version: update @codezest/db-types and keep the event.');
  }
}

/**
 * An event that came from outside, such as a message of a broker, judged by its contract. Properties that the contract
 * does not know stay where they are.
 *
 * @throws {InvalidEventError} EVENT_INVALID
 * @throws {UnknownEventError} EVENT_UNKNOWN
 */
export function parseEvent(value: unknown): CodezestEvent {
  const event = value as CodezestEvent;
  if (typeof value !== 'object' || value === null) throw new InvalidEventError('');
  if (typeof event.type !== 'string') throw new InvalidEventError('/type');
  if (!isWhole(event.version)) throw new InvalidEventError('/version');
  const known = contractOf(event.type, event.version);
  if (known === undefined) throw new UnknownEventError();
  const { traceContext } = event;
  const fields = {
    id: isEventId(event.id),
    aggregateType: event.aggregateType === known.aggregateType,
    aggregateId: typeof event.aggregateId === 'string' && event.aggregateId !== '',
    aggregateVersion: isWhole(event.aggregateVersion),
    occurredAt: differenceFrom({ type: 'string', format: 'date-time' }, event.occurredAt) === undefined,
    traceContext: traceContext === null || typeof traceContext === 'string',
  };
  for (const [name, isRight] of Object.entries(fields))
    if (!isRight) throw new InvalidEventError(`/${name}`, event.type);
  const difference = differenceFrom(known.payload, event.payload);
  if (difference !== undefined) throw new InvalidEventError(`/payload${difference}`, event.type);
  return event;
}

/** What a column of type integer holds, from 0 on. */
function isWhole(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2_147_483_647;
}
