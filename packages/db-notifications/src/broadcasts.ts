import { CodezestDbError, inTransaction, rowOf, statement } from '@codezest/db-core';
import type { EventId, RecipientId, UserId } from '@codezest/db-types';
import type { Broadcast } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client, TransactionClient } from './client.js';
import {
  InvalidExpiryError,
  type NotificationMessage,
  notifyMany,
  UnknownNotificationTypeError,
} from './notify.js';

/** Some of the people that this database knows. What is left out is no condition. */
export interface Segment {
  /** Languages (`pt`) or whole locales (`pt-BR`), as they stand in `Recipient.locale`. */
  readonly locales?: readonly string[];
  /** As they stand in `Recipient.timeZone`. */
  readonly timeZones?: readonly string[];
}

export interface NewBroadcast
  extends Pick<
    NotificationMessage,
    'typeSlug' | 'title' | 'message' | 'data' | 'priority' | 'actionUrl' | 'expiresAt'
  > {
  /** Of the request, made once and sent with every try. Each user is told once of it. */
  readonly id: EventId;
  /** Default: everybody. */
  readonly segment?: Segment;
}

/** There is no broadcast with this id. */
export class BroadcastNotFoundError extends CodezestDbError {
  constructor() {
    super('BROADCAST_NOT_FOUND', 'There is no broadcast with this id. Start it first.');
  }
}

/** The broadcast is complete or was canceled. */
export class BroadcastEndedError extends CodezestDbError {
  constructor() {
    super(
      'BROADCAST_ENDED',
      'Nothing was changed: this broadcast is complete or was canceled. Start another one, under an id of its own.',
    );
  }
}

/** The number of people for each step is none. */
export class InvalidBroadcastStepError extends CodezestDbError {
  constructor() {
    super('BROADCAST_STEP_INVALID', 'Nobody was told: usersPerStep is a whole number from 1 to 1000.');
  }
}

/**
 * Writes down a broadcast, whom it is for and how many people are to be looked at; `runBroadcast` tells them. Gives the broadcast as
 * it stands, also when it was started before.
 *
 * For people whom another service selects, `notifyMany` takes their ids.
 *
 * @throws {UnknownNotificationTypeError | InvalidExpiryError}
 * @example await startBroadcast(prisma, { id, typeSlug: 'news', title, message, segment: { locales: ['pt'] } });
 */
export async function startBroadcast(client: Client, broadcast: NewBroadcast): Promise<Broadcast> {
  const { id, typeSlug, title, message, data, priority, actionUrl, expiresAt, segment } = broadcast;
  if (expiresAt && !(expiresAt instanceof Date && !Number.isNaN(expiresAt.getTime())))
    throw new InvalidExpiryError();
  const started = await rowOf(client, start, [
    id,
    typeSlug,
    title,
    message,
    data === undefined ? null : JSON.stringify(data),
    priority ?? 'MEDIUM',
    actionUrl ?? null,
    expiresAt ?? null,
    segment?.locales ?? [],
    segment?.timeZones ?? [],
  ]);
  if (started) return started;
  // Asked apart, because the statement above cannot see a row that another one wrote while it ran.
  const known = await rowOf(client, find, [id]);
  if (known) return known;
  throw new UnknownNotificationTypeError();
}

/**
 * How far a broadcast has come: of `total` people `examined` were looked at and `told` were told.
 *
 * @throws {BroadcastNotFoundError}
 * @example const { examined, total } = await findBroadcast(prisma, id);
 */
export async function findBroadcast(client: Client, id: EventId): Promise<Broadcast> {
  return found(await rowOf(client, find, [id]));
}

export interface BroadcastRun {
  /** How many people are looked at in one transaction, 1 to 1,000. Default 1,000. */
  readonly usersPerStep?: number;
  /** Ends the run after the step that is under way. */
  readonly signal?: AbortSignal;
  /** Told the broadcast after each step. */
  readonly onProgress?: (broadcast: Broadcast) => void;
}

/**
 * Tells the people of a broadcast, step by step in the order in which this database learned of them, until everybody has been looked at, it is paused or
 * canceled, or the signal ends it. Each step is a transaction that tells people and notes how far it came: whatever ends the
 * process, the next run goes on behind the last step, and nobody is told twice. Several runs at once share the work. Who joins
 * after the start is not told.
 *
 * @throws {BroadcastNotFoundError | InvalidBroadcastStepError}
 * @example const { completedAt } = await runBroadcast(prisma, id, { signal });
 */
export async function runBroadcast(
  client: Client,
  id: EventId,
  { usersPerStep = 1_000, signal, onProgress }: BroadcastRun = {},
): Promise<Broadcast> {
  if (!(Number.isInteger(usersPerStep) && usersPerStep >= 1 && usersPerStep <= 1_000))
    throw new InvalidBroadcastStepError();
  for (;;) {
    if (signal?.aborted) return await findBroadcast(client, id);
    const { broadcast, isRunning } = await inTransaction<TransactionClient, Step>(client, (transaction) =>
      step(transaction, id, usersPerStep),
    );
    if (!isRunning) return broadcast;
    onProgress?.(broadcast);
    if (broadcast.completedAt) return broadcast;
  }
}

/**
 * Pauses a broadcast: once this has returned nobody more is told, until `resumeBroadcast`. Paused twice is paused once.
 *
 * @throws {BroadcastNotFoundError | BroadcastEndedError}
 * @example await pauseBroadcast(prisma, id);
 */
export async function pauseBroadcast(client: Client, id: EventId): Promise<Broadcast> {
  return await changed(client, id, pause);
}

/**
 * Lets a paused broadcast go on with the next `runBroadcast`.
 *
 * @throws {BroadcastNotFoundError | BroadcastEndedError}
 * @example await resumeBroadcast(prisma, id);
 */
export async function resumeBroadcast(client: Client, id: EventId): Promise<Broadcast> {
  return await changed(client, id, resume);
}

/**
 * Ends a broadcast for good. Those who were told by then stay so; `cancelNotifications` by its id takes back what has not gone out.
 * Canceled twice is canceled once.
 *
 * @throws {BroadcastNotFoundError}
 * @throws {BroadcastEndedError} when it is complete.
 * @example await cancelBroadcast(prisma, id);
 */
export async function cancelBroadcast(client: Client, id: EventId): Promise<Broadcast> {
  return await changed(client, id, cancel);
}

interface Step {
  readonly broadcast: Broadcast;
  /** False when it was paused, or had ended, before this step. */
  readonly isRunning: boolean;
}

async function step(client: TransactionClient, id: EventId, usersPerStep: number): Promise<Step> {
  const { slug, ...broadcast } = found(await rowOf(client, lock, [id]));
  if (broadcast.pausedAt || broadcast.canceledAt || broadcast.completedAt)
    return { broadcast, isRunning: false };
  const { userIds, last, examined } = (await rowOf(client, next, [id, usersPerStep])) as NextPeople;
  const { title, message, data, priority, actionUrl, expiresAt } = broadcast;
  const told = await notifyMany(client, {
    userIds,
    eventId: id,
    typeSlug: slug,
    title,
    message,
    priority,
    ...(data === null ? {} : { data }),
    ...(actionUrl === null ? {} : { actionUrl }),
    ...(expiresAt === null ? {} : { expiresAt }),
  });
  const values = [id, last, examined, told, examined < usersPerStep];
  return { broadcast: found(await rowOf(client, advance, values)), isRunning: true };
}

async function changed(client: Client, id: EventId, change: typeof pause): Promise<Broadcast> {
  const broadcast = await rowOf(client, change, [id]);
  if (broadcast) return broadcast;
  await findBroadcast(client, id);
  throw new BroadcastEndedError();
}

function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new BroadcastNotFoundError();
  return row;
}

const columns = columnsOf.broadcast('b');

const start = statement<Broadcast>(
  'notifications.start_broadcast',
  `INSERT INTO broadcasts AS b (id, type_id, title, message, data, priority, action_url, expires_at, locales, time_zones, total,
     created_at, updated_at)
   SELECT $1::uuid, t.id, $3, $4, $5::jsonb, $6::"NotificationPriority", $7, $8::timestamptz, $9::text[], $10::text[],
     (SELECT count(*) FROM recipients), now(), now()
   FROM notification_types t WHERE t.slug = $2
   ON CONFLICT (id) DO NOTHING
   RETURNING ${columns}`,
);

const find = statement<Broadcast>(
  'notifications.broadcast',
  `SELECT ${columns} FROM broadcasts b WHERE b.id = $1::uuid`,
);

const lock = statement<Broadcast & { slug: string }>(
  'notifications.lock_broadcast',
  `SELECT ${columns}, t.slug FROM broadcasts b JOIN notification_types t ON t.id = b.type_id
   WHERE b.id = $1::uuid FOR UPDATE OF b`,
);

interface NextPeople {
  readonly userIds: UserId[];
  readonly last: RecipientId | null;
  readonly examined: number;
}

// So many rows are read, however few of them are of the segment: a step takes the same time for any.
const next = statement<NextPeople>(
  'notifications.next_of_broadcast',
  `WITH b AS (
     SELECT position, locales, time_zones, created_at FROM broadcasts WHERE id = $1::uuid
   ), people AS MATERIALIZED (
     SELECT r.id, r.user_id, r.locale, r.time_zone, r.created_at FROM recipients r
     WHERE r.id > (SELECT coalesce(position, '00000000-0000-0000-0000-000000000000') FROM b)
     ORDER BY r.id LIMIT $2::int
   )
   SELECT (SELECT id FROM people ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*)::int FROM people) AS examined,
     ARRAY(
       SELECT p.user_id FROM people p CROSS JOIN b
       WHERE (b.locales = '{}' OR p.locale = ANY (b.locales) OR split_part(p.locale, '-', 1) = ANY (b.locales))
         AND (b.time_zones = '{}' OR p.time_zone = ANY (b.time_zones)) AND p.created_at <= b.created_at
         AND (SELECT true FROM erased_users e WHERE e.user_hash = rules.hash_of_user(p.user_id)) IS NULL
     ) AS "userIds"`,
);

const advance = statement<Broadcast>(
  'notifications.advance_broadcast',
  `UPDATE broadcasts b SET position = coalesce($2::uuid, b.position), examined = b.examined + $3::int, told = b.told + $4::int,
     completed_at = CASE WHEN $5::boolean THEN greatest(now(), b.created_at) END, updated_at = now()
   WHERE b.id = $1::uuid RETURNING ${columns}`,
);

const pause = statement<Broadcast>(
  'notifications.pause_broadcast',
  `UPDATE broadcasts b SET paused_at = coalesce(b.paused_at, greatest(now(), b.created_at)), updated_at = now()
   WHERE b.id = $1::uuid AND b.completed_at IS NULL AND b.canceled_at IS NULL RETURNING ${columns}`,
);

const resume = statement<Broadcast>(
  'notifications.resume_broadcast',
  `UPDATE broadcasts b SET paused_at = NULL, updated_at = now()
   WHERE b.id = $1::uuid AND b.completed_at IS NULL AND b.canceled_at IS NULL RETURNING ${columns}`,
);

const cancel = statement<Broadcast>(
  'notifications.cancel_broadcast',
  `UPDATE broadcasts b SET canceled_at = coalesce(b.canceled_at, greatest(now(), b.created_at)), paused_at = NULL, updated_at = now()
   WHERE b.id = $1::uuid AND b.completed_at IS NULL RETURNING ${columns}`,
);
