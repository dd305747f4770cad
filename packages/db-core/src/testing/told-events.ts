import { type CodezestEvent, type EventPayload, type EventType, eventContracts } from '@codezest/db-types';
import { insertEvents } from '../events/insert-events.js';
import { newId } from '../ids/new-id.js';

/** As much of a connection as a delivery needs. */
interface Querying {
  query(sql: string, values: unknown[]): Promise<unknown>;
}

/** An event as its producer tells it, about the user in its payload. */
export function toldEvent<Type extends EventType>(
  type: Type,
  payload: EventPayload<Type>,
  aggregateVersion = 1,
): CodezestEvent<Type> {
  const contract = eventContracts.find((known) => known.type === type);
  return {
    id: newId<'Event'>(),
    type,
    version: contract?.version,
    aggregateType: contract?.aggregateType,
    aggregateId: payload.userId,
    aggregateVersion,
    occurredAt: new Date().toISOString(),
    traceContext: null,
    payload,
  } as unknown as CodezestEvent<Type>;
}

/** Adds events to an inbox as the deliverer does. */
export async function deliver(inbox: Querying, ...events: readonly object[]): Promise<void> {
  await inbox.query(insertEvents.text, [JSON.stringify(events)]);
}
