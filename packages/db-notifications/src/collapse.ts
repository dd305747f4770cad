import {
  CodezestDbError,
  newIdSql,
  pageLimit,
  read,
  rowsOf,
  type Statement,
  storableText,
} from '@codezest/db-core';
import type { NotificationId, UserId } from '@codezest/db-types';
import type { Client } from './client.js';

/** What makes several notifications of one: "Ana and four others". */
export interface Collapse {
  /** What they have in common, in the service's words, such as `comments:42`; at most 200 characters. */
  readonly key: string;
  /** Who did what it tells of; see `actorsOf`. */
  readonly actorId?: UserId;
  /**
   * For how long others of the key are collapsed into the first one, at most a week. E-mail, push and SMS wait until then.
   * Default 3,600.
   */
  readonly forSeconds?: number;
}

/** A notification cannot be collapsed like this. */
export class InvalidCollapseError extends CodezestDbError {
  constructor() {
    super(
      'COLLAPSE_INVALID',
      'Nobody was notified: collapse.key is a text of 1 to 200 characters, collapse.forSeconds a number above 0 and at most 604800, and what is scheduled by sendAt is not collapsed.',
    );
  }
}

const longestKey = 200;
const longestCollapse = 604_800;

/** The parameters that `fanOut` has for it: key, seconds, and who did it. */
export function collapseValues(collapse: Collapse | undefined, isScheduled: boolean) {
  if (collapse === undefined) return [null, null, null];
  const { key, actorId, forSeconds = 3_600 } = collapse ?? {};
  const isKey = typeof key === 'string' && key.trim() !== '' && storableText(key, longestKey) === key;
  if (!isKey || isScheduled || !(forSeconds > 0 && forSeconds <= longestCollapse))
    throw new InvalidCollapseError();
  return [key, forSeconds, actorId ?? null];
}

/** One of those who are behind a notification. */
export interface Actor {
  readonly userId: UserId;
  /** Of the recipient that this database knows; null where it knows nobody. */
  readonly firstName: string | null;
  readonly lastName: string | null;
}

/** Who is behind a collapsed notification. */
export interface Actors {
  readonly notificationId: NotificationId;
  /** How many there are. "Ana and four others" are five. */
  readonly count: number;
  /** The last of them in front. */
  readonly latest: Actor[];
}

/**
 * Who is behind each of these notifications, in the order of the ids: for "Ana and four others" in a list or in a mail. Each
 * person counts once, by the name that the person has now. Without people for what was not collapsed and for what nobody in
 * particular did.
 *
 * @param options.limit how many of the latest of each, 1 to 100. Default 3.
 * @throws {InvalidPageError}
 * @example const [{ count, latest: [ana] }] = await actorsOf(prisma, [notification.id]);
 */
export async function actorsOf(
  client: Client,
  notificationIds: readonly NotificationId[],
  { limit = 3 }: { limit?: number } = {},
): Promise<Actors[]> {
  return await rowsOf(client, actors, [notificationIds, pageLimit({ limit })]);
}

const actors: Statement<Actors> = read(
  'notifications.actors',
  `SELECT asked.id AS "notificationId", coalesce(people.count, 0)::int AS count, coalesce(people.latest, '[]') AS latest
   FROM unnest($1::uuid[]) WITH ORDINALITY AS asked(id, place)
   LEFT JOIN LATERAL (
     SELECT max(one.of) AS count, jsonb_agg(jsonb_build_object('userId', one.user_id, 'firstName', r.first_name, 'lastName', r.last_name)
       ORDER BY one.place) FILTER (WHERE one.place <= $2::int) AS latest
     FROM (
       SELECT o.user_id, row_number() OVER (ORDER BY max(o.created_at) DESC, o.user_id) AS place, count(*) OVER () AS of
       FROM notification_occurrences o WHERE o.notification_id = asked.id AND o.user_id IS NOT NULL GROUP BY o.user_id
     ) AS one
     LEFT JOIN recipients r ON r.user_id = one.user_id AND one.place <= $2::int
   ) AS people ON true
   ORDER BY asked.place`,
);

/** SQL: into which notification each of the people's is collapsed, `joined.id`; null where it is the first of its key. */
export const joinOpenOne = `SELECT u.user_id, rules.collapse_notification(u.user_id, t.id, $7::"NotificationPriority"::text, $13::text, $4, $5, $6::jsonb, $8,
       $9::timestamptz, $3::uuid, $15::uuid, ${newIdSql}) AS id
     FROM type t CROSS JOIN people u
     WHERE $13::text IS NOT NULL AND ($3::uuid IS NULL OR u.user_id IN (SELECT user_id FROM keyed))
     ORDER BY u.user_id`;

/** SQL: the first of those that a notification stands for. */
export const firstOccurrence = `INSERT INTO notification_occurrences (id, notification_id, event_id, user_id, created_at)
     SELECT ${newIdSql}, w.id, $3::uuid, $15::uuid, w.created_at FROM written w WHERE w.collapse_key IS NOT NULL ORDER BY w.user_id`;
