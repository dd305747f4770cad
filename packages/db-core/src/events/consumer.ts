import type { CodezestEvent, EventContract, EventId, EventType, UserId } from '@codezest/db-types';
import type { QueryingClient } from '../sql/statement.js';

/** An event as its contract in db-types describes it. */
export type EventOf<Contract> =
  Contract extends EventContract<infer Type, infer Version, string, infer Payload>
    ? Omit<CodezestEvent, 'type' | 'version' | 'payload'> & {
        readonly type: Type;
        readonly version: Version;
        readonly payload: Payload;
      }
    : never;

/** What a service does with the events of one type and version. */
export interface Effect<Transaction> {
  readonly type: EventType;
  readonly version: number;
  /**
   * Applies events in the transaction that marks them. They come in any order and may be old: a copy keeps the highest
   * `aggregateVersion`, everything else has the event's id for its key. No effect outside the database belongs into it.
   */
  readonly apply: (transaction: Transaction, events: readonly CodezestEvent[]) => Promise<void>;
}

/** A service as a consumer of events. */
export interface Consumer<Transaction> {
  readonly effects: readonly Effect<Transaction>[];
  /**
   * Erases the people that some `user.deleted` are about, each once, in batches that commit one by one; again where it was
   * interrupted. The id of the event stands for that of a request. Says who cannot be erased yet.
   */
  readonly erase: (
    client: QueryingClient,
    requests: readonly { readonly requestId: EventId; readonly userId: UserId }[],
  ) => Promise<{ readonly refused: ReadonlyMap<UserId, Error> }>;
}

export function effect<const Contract extends EventContract, Transaction>(
  contract: Contract,
  apply: (transaction: Transaction, events: readonly EventOf<Contract>[]) => Promise<void>,
): Effect<Transaction> {
  return {
    type: contract.type as EventType,
    version: contract.version,
    // `parseEvent` has judged the events by this contract.
    apply: apply as unknown as Effect<Transaction>['apply'],
  };
}

/** Of events that state what is, the highest of each aggregate, in the order in which all consumers lock rows. */
export function newestOf<Event extends Pick<CodezestEvent, 'aggregateId' | 'aggregateVersion'>>(
  events: readonly Event[],
): Event[] {
  const newest = new Map<string, Event>();
  for (const event of events) {
    const known = newest.get(event.aggregateId);
    if (known === undefined || known.aggregateVersion < event.aggregateVersion)
      newest.set(event.aggregateId, event);
  }
  return [...newest.values()].sort((a, b) => (a.aggregateId < b.aggregateId ? -1 : 1));
}
