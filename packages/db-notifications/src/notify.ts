import { CodezestDbError, newIdSql, read, rowOf, statement } from '@codezest/db-core';
import type { EventId, NotificationId, UserId } from '@codezest/db-types';
import type { Notification } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { NotificationPriority } from '../generated/enums.js';
import type { Client } from './client.js';
import { type Collapse, collapseValues, firstOccurrence, joinOpenOne } from './collapse.js';
import { digestMoment } from './digest-moment.js';
import { channelIsEffective, joinChannels } from './effective-channels.js';
import type { NotificationData } from './json-types.js';
import { joinQuietHours } from './quiet-hours.js';

/** What is said, whoever is told. */
export interface NotificationMessage {
  /** Slug of the notification type. */
  readonly typeSlug: string;
  readonly title: string;
  readonly message: string;
  /** What caused it. One event notifies a user once, however often it arrives. */
  readonly eventId?: EventId;
  /** Values for the templates. No secrets: devices and mail providers see them. */
  readonly data?: NotificationData;
  /** Default MEDIUM. */
  readonly priority?: NotificationPriority;
  /** A path of ours or an https address. */
  readonly actionUrl?: string;
  /** What it is about, in the service's words, such as `assignment:42`: see `cancelNotifications`. */
  readonly subject?: string;
  /** Scheduled: it comes into the inbox and is sent from then on, and not before. A past time is now. Default: now. */
  readonly sendAt?: Date;
  /** From then on it is neither shown nor sent, and nobody is notified any more. */
  readonly expiresAt?: Date;
  /** Several of one type, priority and key that a user has not seen become one; see `Collapse`. */
  readonly collapse?: Collapse;
}

/** There is no notification type with this slug. */
export class UnknownNotificationTypeError extends CodezestDbError {
  constructor() {
    super(
      'NOTIFICATION_TYPE_UNKNOWN',
      'There is no notification type with this slug. Insert it before anything is notified by it.',
    );
  }
}

/** The end of a notification is no date, or not after its time. */
export class InvalidExpiryError extends CodezestDbError {
  constructor() {
    super(
      'EXPIRY_INVALID',
      'Nobody was notified: expiresAt is no date, or not later than sendAt. Give a valid Date, or leave it out.',
    );
  }
}

/** The time of a scheduled notification is no date. */
export class InvalidSendTimeError extends CodezestDbError {
  constructor() {
    super('SEND_TIME_INVALID', 'Nobody was notified: sendAt is no date. Give a valid Date, or leave it out.');
  }
}

/**
 * Notifies one user, in one statement: the notification and a delivery for each channel in effect. The inbox has it at
 * once; e-mail, push and SMS wait for a worker, and for the end of the user's quiet hours unless the type is mandatory.
 * Who wants digests gets e-mail of LOW and MEDIUM priority in the next of them (see `writeDigests`), unless the type is
 * mandatory. Push needs a device and SMS a phone number. E-mail does not wait for the recipient's address to be known: it arrives
 * by an event of its own.
 *
 * Gives what stands in the database: for an event that came before, the notification of the first time, or undefined if
 * that was deleted since; undefined too where nothing was written, because no channel is in effect or `expiresAt` is past:
 * an event may come late.
 *
 * With `collapse` further notifications of the key come into the first one for a while, and each raises it: it has the texts and
 * the time of the last one, and counts them. This ends early when the user has seen it in the app, which also makes its other
 * deliveries needless. What has gone out is never changed: the next one is a message of its own.
 *
 * @param options.at the moment that quiet hours are judged by. Default: now, by the database's clock.
 * @throws {UnknownNotificationTypeError | InvalidExpiryError | InvalidSendTimeError | InvalidCollapseError}
 * @example
 * const notification = await notify(prisma, {
 *   userId, eventId, typeSlug: 'assignment-graded', title: 'Graded', message: '92 of 100 points.',
 * });
 */
export async function notify(
  client: Client,
  { userId, ...message }: NotificationMessage & { readonly userId: UserId },
  options: { at?: Date } = {},
): Promise<Notification | undefined> {
  const row = await rowOf(client, notifyOne, [[userId], ...valuesOf(message, options)]);
  if (row === undefined) throw new UnknownNotificationTypeError();
  const { isWritten, joinedId, ...notification } = row;
  if (isWritten) return notification;
  // Asked apart, because the statement above cannot see a row that another one, or a function in it, wrote while it ran.
  if (joinedId !== null) return await rowOf(client, notificationOfId, [joinedId]);
  return message.eventId && (await rowOf(client, notificationOfEvent, [message.eventId, userId]));
}

const usersPerStatement = 1_000;

/**
 * Notifies many users of one event as `notify` does, a thousand per statement, and returns how many were new to it: 0 when
 * `expiresAt` is past. Each thousand stands on its own: after a failure the call is repeated, and who was told is not told
 * again. In a transaction all of it stands or falls together.
 *
 * @throws {UnknownNotificationTypeError | InvalidExpiryError | InvalidSendTimeError | InvalidCollapseError}
 * @example const told = await notifyMany(prisma, { userIds, eventId, typeSlug: 'platform-notice', title, message });
 */
export async function notifyMany(
  client: Client,
  {
    userIds,
    ...message
  }: NotificationMessage & { readonly userIds: readonly UserId[]; readonly eventId: EventId },
  options: { at?: Date } = {},
): Promise<number> {
  // In one order, so that two deliveries of the same event wait for each other instead of locking each other out.
  const users = [...new Set(userIds)].sort();
  const values = valuesOf(message, options);
  let notified = 0;
  for (let start = 0; start < users.length; start += usersPerStatement) {
    const row = await rowOf(client, notifyEach, [users.slice(start, start + usersPerStatement), ...values]);
    if (row === undefined) throw new UnknownNotificationTypeError();
    notified += row.notified;
  }
  return notified;
}

function valuesOf(
  {
    typeSlug,
    title,
    message,
    eventId,
    data,
    priority,
    actionUrl,
    subject,
    sendAt,
    expiresAt,
    collapse,
  }: NotificationMessage,
  { at }: { at?: Date },
) {
  if (sendAt && Number.isNaN(sendAt.getTime())) throw new InvalidSendTimeError();
  if (expiresAt && (Number.isNaN(expiresAt.getTime()) || (sendAt && sendAt >= expiresAt)))
    throw new InvalidExpiryError();
  return [
    typeSlug,
    eventId ?? null,
    title,
    message,
    data === undefined ? null : JSON.stringify(data),
    priority ?? 'MEDIUM',
    actionUrl ?? null,
    expiresAt ?? null,
    subject ?? null,
    sendAt ?? null,
    at ?? null,
    ...collapseValues(collapse, sendAt !== undefined),
  ];
}

// Cut to milliseconds, not rounded to the next ones: what is due from then on is due for who claims it at once.
const moment = "greatest(date_trunc('milliseconds', now()), $11::timestamptz)";
const isScheduled = '$11::timestamptz > now()';

/** What quiet hours and digests are judged by. */
const at = 'coalesce($12::timestamptz, $11::timestamptz, now())';

// What stands in the inbox has been delivered by that.
const fanOut = `WITH type AS (
     SELECT * FROM notification_types WHERE slug = $2
   ), reached AS (
     SELECT u.id AS user_id, c.channel, c.channel = 'IN_APP' AS arrived,
       CASE WHEN NOT t.is_mandatory THEN quiet.until END AS not_before,
       CASE WHEN c.channel = 'EMAIL' AND NOT t.is_mandatory AND $7::"NotificationPriority" < 'HIGH'
         THEN ${digestMoment(at)} END AS digest_at
     FROM type t
     CROSS JOIN unnest($1::uuid[]) AS u(id)
     LEFT JOIN recipients r ON r.user_id = u.id
     ${joinChannels('u.id')}
     ${joinQuietHours(at)}
     WHERE ${channelIsEffective} AND coalesce($9::timestamptz > now(), true)
       AND CASE c.channel
         WHEN 'PUSH' THEN EXISTS (SELECT FROM user_devices d WHERE d.user_id = u.id AND d.is_active)
         WHEN 'SMS' THEN r.phone IS NOT NULL
         ELSE true END
   ), people AS (
     SELECT user_id, bool_or(arrived) AS in_app FROM reached GROUP BY user_id
   ), keyed AS (
     INSERT INTO notification_keys (event_id, user_id, created_at)
     SELECT $3::uuid, user_id, now() FROM people WHERE $3::uuid IS NOT NULL ORDER BY user_id
     ON CONFLICT (event_id, user_id) DO NOTHING
     RETURNING user_id
   ), joined AS MATERIALIZED (
     ${joinOpenOne}
   ), written AS (
     INSERT INTO notifications
       (id, user_id, type_id, event_id, title, message, data, priority, in_app, action_url, expires_at, subject, send_at,
        created_at, updated_at, collapse_key, collapses_until)
     SELECT ${newIdSql}, u.user_id, t.id, $3::uuid, $4, $5, $6::jsonb, $7::"NotificationPriority", u.in_app,
       $8, $9::timestamptz, $10, CASE WHEN ${isScheduled} THEN $11::timestamptz END, ${moment}, ${moment},
       $13, ${moment} + make_interval(secs => $14::float8)
     FROM type t
     CROSS JOIN people u
     WHERE ($3::uuid IS NULL OR u.user_id IN (SELECT user_id FROM keyed))
       AND u.user_id NOT IN (SELECT user_id FROM joined WHERE id IS NOT NULL)
     ORDER BY u.user_id
     ON CONFLICT DO NOTHING
     RETURNING *
   ), occurred AS (
     ${firstOccurrence}
   ), deliveries AS (
     INSERT INTO notification_deliveries
       (id, notification_id, channel, priority, status, attempts, next_attempt_at, sent_at, delivered_at, created_at, updated_at)
     SELECT ${newIdSql}, w.id, r.channel, w.priority,
       CASE WHEN r.arrived THEN 'DELIVERED' WHEN r.digest_at IS NOT NULL THEN 'HELD' ELSE 'PENDING' END::"DeliveryStatus",
       r.arrived::int,
       CASE WHEN NOT r.arrived THEN coalesce(r.digest_at, greatest(w.created_at, r.not_before, w.collapses_until)) END,
       CASE WHEN r.arrived THEN w.created_at END,
       CASE WHEN r.arrived THEN w.created_at END,
       w.created_at, w.created_at
     FROM written w JOIN reached r ON r.user_id = w.user_id
   )`;

const notifyOne = statement<Notification & { isWritten: boolean; joinedId: NotificationId | null }>(
  'notifications.notify',
  `${fanOut}
   SELECT ${columnsOf.notification('w')}, w.id IS NOT NULL AS "isWritten", joined.id AS "joinedId"
   FROM type LEFT JOIN written w ON true LEFT JOIN joined ON true`,
);

const notifyEach = statement<{ notified: number }>(
  'notifications.notify_many',
  `${fanOut}
   SELECT ((SELECT count(*) FROM written) + (SELECT count(*) FROM joined WHERE id IS NOT NULL))::int AS notified FROM type`,
);

const notificationOfEvent = read<Notification>(
  'notifications.notification_of_event',
  `SELECT ${columnsOf.notification('n')} FROM notifications n WHERE n.user_id = $2::uuid AND n.id = coalesce(
     (SELECT id FROM notifications WHERE event_id = $1::uuid AND user_id = $2::uuid),
     (SELECT o.notification_id FROM notification_occurrences o JOIN notifications m ON m.id = o.notification_id
      WHERE o.event_id = $1::uuid AND m.user_id = $2::uuid LIMIT 1))`,
);

const notificationOfId = read<Notification>(
  'notifications.notification_of_id',
  `SELECT ${columnsOf.notification('n')} FROM notifications n WHERE n.id = $1::uuid`,
);
