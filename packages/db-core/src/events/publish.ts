import {
  type CodezestEvent,
  contractOf,
  type EventId,
  type EventType,
  InvalidEventError,
  parseEvent,
  type Service,
} from '@codezest/db-types';
import { CodezestDbError } from '../errors/base-error.js';
import { isRuleViolation } from '../errors/predicates.js';
import { newId } from '../ids/new-id.js';
import { type QueryingClient, rowsOf, type Statement, statement } from '../sql/statement.js';
import { isOpenTransaction } from '../sql/transaction.js';

/** What a service tells the others: the event without what the database adds. */
export type NewEvent<Type extends EventType = EventType> = {
  [Each in Type]: Omit<CodezestEvent<Each>, 'id' | 'occurredAt' | 'traceContext'> & {
    /** Chosen by the caller where the work may run twice: an id that is there already is not told again. Default: a new one. */
    readonly id?: EventId;
    /** W3C `traceparent` of what led to the event, 512 bytes at most. */
    readonly traceContext?: string | null;
  };
}[Type];

/** An event was told outside of a transaction. Nothing was stored. */
export class TransactionMissingError extends CodezestDbError {
  constructor() {
    super(
      'TRANSACTION_MISSING',
      'An event belongs into the transaction of what it tells, so that neither is ever there without the other. Call publish with the client that $transaction gives.',
    );
  }
}

/**
 * Writes an event into the outbox of the open transaction: it goes out if the transaction commits, and only then. The
 * contract of its type and version in @codezest/db-types says what it must be and who gets it.
 *
 * @throws {TransactionMissingError} TRANSACTION_MISSING
 * @throws {InvalidEventError} EVENT_INVALID, of @codezest/db-types
 * @throws {UnknownEventError} EVENT_UNKNOWN, of @codezest/db-types
 */
export async function publish(
  transaction: QueryingClient,
  service: Service,
  event: NewEvent,
): Promise<EventId> {
  if (!isOpenTransaction(transaction)) throw new TransactionMissingError();
  const { id, type, version, aggregateType, aggregateId, aggregateVersion, traceContext, payload } =
    requireEventOf(service, event);
  try {
    await rowsOf(transaction, insertEvent, [
      id,
      aggregateType,
      aggregateId,
      aggregateVersion,
      type,
      version,
      JSON.stringify(payload),
      traceContext,
    ]);
  } catch (error) {
    if (isRuleViolation(error, 'outbox_payload_size_check')) throw new InvalidEventError('/payload', type);
    throw error;
  }
  return id;
}

function requireEventOf(service: Service, event: NewEvent): CodezestEvent {
  if (typeof event !== 'object' || event === null) throw new InvalidEventError('');
  const whole = parseEvent({
    ...event,
    id: event.id ?? newId<'Event'>(),
    traceContext: event.traceContext ?? null,
    // The database's clock decides.
    occurredAt: new Date(0).toISOString(),
  });
  const { type, version, aggregateId, traceContext, payload } = whole;
  if (contractOf(type, version)?.producer !== service) throw new InvalidEventError('/type', type);
  if (!isStorable(aggregateId) || aggregateId.trim() === '')
    throw new InvalidEventError('/aggregateId', type);
  if (traceContext !== null && !(isStorable(traceContext) && /^[\x20-\x7e]{1,512}$/.test(traceContext)))
    throw new InvalidEventError('/traceContext', type);
  if (!isStorable(payload)) throw new InvalidEventError('/payload', type);
  return whole;
}

/** PostgreSQL's text holds neither NUL nor lone surrogates, and JSON no cycle and no bigint. */
function isStorable(value: unknown): boolean {
  try {
    let storable = true;
    JSON.stringify(value, (key, inner: unknown) => {
      if (NOT_STORABLE.test(key) || (typeof inner === 'string' && NOT_STORABLE.test(inner))) storable = false;
      return inner;
    });
    return storable;
  } catch {
    return false;
  }
}

// In Unicode mode a pair of surrogates is one character, and only lone ones are in the range.
const NOT_STORABLE = /[\0\ud800-\udfff]/u;

const insertEvent: Statement<never> = statement(
  'outbox.publish',
  `INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, version, payload, trace_context)
   VALUES ($1::uuid, $2::text, $3::text, $4::int, $5::text, $6::int, $7::text::jsonb, $8::text)
   ON CONFLICT (id) DO NOTHING`,
);
