import { CodezestDbError, databaseErrorFacts, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { UserActivityId, UserId } from '@codezest/db-types';
import type { UserBadge } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { refusalOf } from './event-errors.js';
import { activities, type RecordOutcome } from './event-kinds.js';

/** A badge has no name, or not one in the one spelling. */
export class InvalidBadgeError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'BADGE_INVALID',
      'The badge was not awarded: its name must be lower-case words joined by hyphens, of at most 100 characters, such as week-in-a-row.',
      options,
    );
  }
}

export interface NewBadge {
  /** Of the activity that tells of it: `newActivityId()`, made once and sent with every try. */
  readonly id: UserActivityId;
  readonly userId: UserId;
  /** Its name in code: lower-case words joined by hyphens. */
  readonly badge: string;
  /** What stands in the feed. */
  readonly description: string;
}

export interface BadgeResult {
  readonly outcome: RecordOutcome;
  /** As it was earned the first time. */
  readonly badge: UserBadge;
}

/**
 * Gives a user a badge, once for good, and tells of it in the feed by an activity BADGE_EARNED, in one statement. Who has the
 * badge keeps it as it is, whatever event it comes with and however late: it is `known`, and no activity is recorded.
 *
 * @throws {InvalidBadgeError | EventRefusedError}
 * @example
 * const { outcome } = await awardBadge(prisma, {
 *   id: newActivityId(), userId, badge: 'week-in-a-row', description: 'Earned the badge “A week in a row”',
 * });
 */
export async function awardBadge(
  client: Client,
  { id, userId, badge, description }: NewBadge,
): Promise<BadgeResult> {
  const event = activities.json({ id, userId, type: 'BADGE_EARNED', description, metadata: { badge } });
  try {
    const earned = await rowOf(client, award, [event]);
    if (earned) return { outcome: 'recorded', badge: earned };
  } catch (error) {
    if (databaseErrorFacts(error).constraint === 'user_badges_badge_check')
      throw new InvalidBadgeError({ cause: error });
    throw refusalOf(error);
  }
  // Asked apart, because the statement above cannot see a row that another one wrote while it ran.
  const known = await rowOf(client, badgeOfUser, [userId, badge]);
  if (known === undefined) throw new InvalidBadgeError();
  return { outcome: 'known', badge: known };
}

/**
 * A user's badges, the oldest first.
 *
 * @example const badges = await listBadges(prisma, userId);
 */
export async function listBadges(client: Client, userId: UserId): Promise<UserBadge[]> {
  return await rowsOf(client, badgesOfUser, [userId]);
}

const columns = columnsOf.userBadge('b');

// An activity that is known already, of a badge that was taken away since, stays as it is.
const award = statement<UserBadge>(
  'activity.award_badge',
  `WITH given AS (
     SELECT * FROM jsonb_to_record($1::jsonb)
       AS given(id uuid, "userId" uuid, type "ActivityType", description text, metadata jsonb)
   ), earned AS (
     INSERT INTO user_badges (user_id, badge, source_event_id, earned_at)
     SELECT "userId", metadata ->> 'badge', id, coalesce(rules.uuid_v7_time(id), now()) FROM given
     ON CONFLICT (user_id, badge) DO NOTHING RETURNING *
   ), told AS (
     INSERT INTO user_activities (id, created_at, user_id, type, description, metadata)
     SELECT given.id, earned.earned_at, given."userId", given.type, given.description, given.metadata FROM given, earned
     ON CONFLICT DO NOTHING
   )
   SELECT ${columns} FROM earned b`,
);

const badgeOfUser = statement<UserBadge>(
  'activity.badge_of_user',
  `SELECT ${columns} FROM user_badges b WHERE b.user_id = $1::uuid AND b.badge = $2`,
);

const badgesOfUser = statement<UserBadge>(
  'activity.badges_of_user',
  `SELECT ${columns} FROM user_badges b WHERE b.user_id = $1::uuid ORDER BY b.earned_at, b.badge`,
);
