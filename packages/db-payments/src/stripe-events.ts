import { databaseErrorFacts, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { Client, TransactionClient } from './client.js';
import type { StripeEventId } from './json-types.js';

/** What is kept of an event: not its content, which holds addresses and names. */
export interface ReceivedStripeEvent {
  readonly id: StripeEventId;
  /** Such as `invoice.paid`. */
  readonly type: string;
  readonly livemode: boolean;
  /** When it happened at Stripe: `new Date(event.created * 1000)`. */
  readonly occurredAt: Date;
  readonly apiVersion?: string | null;
  /** What it is about, such as a subscription's id. */
  readonly objectId?: string | null;
}

export type StripeEventOutcome<Result> =
  | { readonly applied: true; readonly result: Result }
  /** It has acted before, or is `outdated`: a newer event about its object has acted. Answer Stripe with success. */
  | { readonly applied: false; readonly outdated?: true };

export interface StripeEventOptions {
  /**
   * `newest`, which is the default: an event that is older than the newest about its object that has acted does not act.
   * `any`: every event acts, in whatever order they come.
   */
  readonly order?: 'newest' | 'any';
}

/**
 * Lets a webhook's event act once: its effects and the mark that it has acted are written in one transaction, and a
 * second delivery waits for the first one's end. Stripe delivers in any order, so an event that is older than the newest
 * about its object that has acted is marked and does nothing; those of one second all act. When the work fails, nothing of it stays, the attempt is written down
 * without any value, and the error goes on to the caller, so that Stripe delivers again.
 *
 * @example
 * const outcome = await applyStripeEvent(prisma, event, (transaction) =>
 *   succeedTransaction(transaction, { transactionId }),
 * );
 */
export async function applyStripeEvent<Result>(
  client: Client,
  event: ReceivedStripeEvent,
  apply: (transaction: TransactionClient) => Promise<Result>,
  { order = 'newest' }: StripeEventOptions = {},
): Promise<StripeEventOutcome<Result>> {
  return claim(client, event, async (transaction) => {
    if (order === 'newest' && (await isOutdated(transaction, event)))
      return { applied: false, outdated: true };
    return { applied: true, result: await apply(transaction) };
  });
}

/** The event's mark and what it does are one transaction; a failure is written down after it. */
async function claim<Result>(
  client: Client,
  event: ReceivedStripeEvent,
  act: (transaction: TransactionClient) => Promise<StripeEventOutcome<Result>>,
): Promise<StripeEventOutcome<Result>> {
  try {
    // In a transaction of the caller this is a savepoint: an error that the caller catches must not leave the mark.
    return await client.$transaction(async (transaction): Promise<StripeEventOutcome<Result>> => {
      const claimed = await rowOf(transaction, claimEvent, valuesOf(event));
      return claimed === undefined ? { applied: false } : act(transaction);
    });
  } catch (error) {
    // Nothing may hide the error that Stripe has to be answered with, not even a server that is gone.
    await rowsOf(client, recordFailure, [...valuesOf(event), reasonOf(error)]).catch(() => undefined);
    throw error;
  }
}

/** How an event's object is read at Stripe, and what becomes of it here. */
export interface StripeObjectReader<StripeObject, Result> {
  /** Asks Stripe for the object as it is now. Called outside any transaction. */
  readonly retrieve: () => Promise<StripeObject>;
  readonly apply: (transaction: TransactionClient, object: StripeObject) => Promise<Result>;
}

/**
 * As `applyStripeEvent`, for objects that change back and forth, such as subscriptions: the event says only that something
 * has changed, and what is written is the object as Stripe gives it then. Events have whole seconds, so the order of two in
 * one second is known to nobody. Readings are numbered before the object is asked for, and one with a higher number is
 * never overwritten by one with a lower. Use it for all events of an object, or for none: `applyStripeEvent` compares
 * times of events, not readings.
 *
 * @example
 * const outcome = await applyStripeObject(prisma, event, {
 *   retrieve: () => stripe.subscriptions.retrieve(subscriptionId),
 *   apply: (transaction, subscription) => recordSubscription(transaction, newsOf(subscription)),
 * });
 */
export async function applyStripeObject<StripeObject, Result>(
  client: Client,
  event: ReceivedStripeEvent,
  { retrieve, apply }: StripeObjectReader<StripeObject, Result>,
): Promise<StripeEventOutcome<Result>> {
  const objectId = event.objectId ?? null;
  const asked = await rowOf(client, objectId === null ? isNew : beginReading, [event.id, objectId]);
  if (asked === undefined) return { applied: false };
  const object = await retrieve();
  return claim(client, event, async (transaction) => {
    const isOlder =
      objectId !== null && (await rowOf(transaction, endReading, [objectId, asked.reading])) === undefined;
    return isOlder
      ? { applied: false, outdated: true }
      : { applied: true, result: await apply(transaction, object) };
  });
}

const isNew = statement<{ reading: number }>(
  'payments.is_new_stripe_event',
  `SELECT 0 AS reading WHERE $2::text IS NULL
     AND NOT EXISTS (SELECT FROM stripe_events WHERE id = $1::text AND processed_at IS NOT NULL)`,
);

const beginReading = statement<{ reading: number }>(
  'payments.begin_stripe_reading',
  `INSERT INTO stripe_objects AS o (id, readings)
   SELECT $2::text, 1 WHERE NOT EXISTS (SELECT FROM stripe_events WHERE id = $1::text AND processed_at IS NOT NULL)
   ON CONFLICT (id) DO UPDATE SET readings = o.readings + 1, updated_at = now()
   RETURNING o.readings AS reading`,
);

const endReading = statement<object>(
  'payments.end_stripe_reading',
  `UPDATE stripe_objects SET newest_reading = $2::int, updated_at = now() WHERE id = $1::text AND newest_reading < $2::int
   RETURNING id`,
);

/** Whether a newer event about the object has acted; events of one object take turns here. */
async function isOutdated(
  transaction: TransactionClient,
  { objectId, occurredAt }: ReceivedStripeEvent,
): Promise<boolean> {
  if (objectId === undefined || objectId === null) return false;
  return (await rowOf(transaction, moveFence, [objectId, occurredAt])) === undefined;
}

const moveFence = statement<object>(
  'payments.move_stripe_object',
  `INSERT INTO stripe_objects AS o (id, newest_event_at) VALUES ($1::text, $2::timestamptz)
   ON CONFLICT (id) DO UPDATE SET newest_event_at = excluded.newest_event_at, updated_at = now()
     WHERE (o.newest_event_at > excluded.newest_event_at) IS NOT TRUE
   RETURNING o.id`,
);

function valuesOf({ id, type, apiVersion, livemode, objectId, occurredAt }: ReceivedStripeEvent): unknown[] {
  return [id, type, apiVersion ?? null, livemode, objectId ?? null, occurredAt];
}

/** Names and codes alone: a message may hold values of the event. */
function reasonOf(error: unknown): string {
  const { name, code, sqlState, constraint } = databaseErrorFacts(error);
  return [name, code ?? sqlState, constraint].filter(Boolean).join(' ');
}

// The mark comes before the work, because it is also the lock, and a rollback takes both.
const claimEvent = statement<object>(
  'payments.claim_stripe_event',
  `INSERT INTO stripe_events AS e (id, type, api_version, livemode, object_id, occurred_at, attempts, processed_at)
   VALUES ($1::text, $2::text, $3::text, $4::boolean, $5::text, $6::timestamptz, 1, now())
   ON CONFLICT (id) DO UPDATE SET processed_at = now(), attempts = e.attempts + 1, last_error = NULL, updated_at = now()
     WHERE e.processed_at IS NULL
   RETURNING e.id`,
);

const recordFailure = statement<object>(
  'payments.record_stripe_event_failure',
  `INSERT INTO stripe_events AS e (id, type, api_version, livemode, object_id, occurred_at, attempts, last_error)
   VALUES ($1::text, $2::text, $3::text, $4::boolean, $5::text, $6::timestamptz, 1, $7::text)
   ON CONFLICT (id) DO UPDATE SET attempts = e.attempts + 1, last_error = $7::text, updated_at = now()
     WHERE e.processed_at IS NULL`,
);
