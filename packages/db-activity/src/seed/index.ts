import {
  DAY,
  type Person,
  SEED_NOW,
  SEED_START,
  type Seed,
  type SeedContext,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import { type AnalyticsRow, analyticsOf } from './analytics.js';
import { type Engagement, engagedHistoryOf, pointsFor } from './engagement.js';
import type { Entry } from './history.js';

/** What the shared cast did, month by month, and what it has added up to. */
export const seed: Seed = {
  steps: [
    { name: 'partitions', run: ensurePartitions },
    { name: 'activity', commit: 'batch', run: seedActivity },
  ],
};

/** The migration reaches two years back from its own day, and the seed's months stand still. */
async function ensurePartitions({ pool }: SeedContext): Promise<void> {
  await pool.query('SELECT partitions.ensure($1::date, $2::date)', [SEED_START, SEED_NOW]);
}

/** So many people at a time: each history is worked out once for all the tables that it fills. */
const peoplePerGroup = 250;

async function seedActivity(context: SeedContext): Promise<void> {
  let group: Person[] = [];
  for (const person of context.people()) {
    group.push(person);
    if (group.length < peoplePerGroup) continue;
    await seedGroup(context, group);
    group = [];
  }
  await seedGroup(context, group);
}

async function seedGroup({ insert }: SeedContext, group: readonly Person[]): Promise<void> {
  const activities: SeedRow[] = [];
  const analytics: AnalyticsRow[] = [];
  const engagements: SeedRow[] = [];
  const points: SeedRow[] = [];
  const days: SeedRow[] = [];
  const badges: SeedRow[] = [];
  for (const person of group) {
    const { entries, engagement } = engagedHistoryOf(person);
    for (const entry of entries) activities.push(activityRow(person, entry));
    analytics.push(...analyticsOf(person, entries));
    engagements.push(engagementRow(person, engagement));
    points.push(...entries.map((entry) => pointsRow(person, entry)));
    days.push(...daysOf(person, entries));
    badges.push(...badgesOf(person, entries));
  }
  await insert('user_activities', activities);
  await insert('analytics_events', analytics);
  await insert('user_engagements', engagements);
  await insert('points_entries', points);
  await insert('activity_days', days);
  await insert('user_badges', badges);
}

function badgesOf(person: Person, entries: readonly Entry[]): SeedRow[] {
  return entries.flatMap(({ id, at, metadata }) => {
    if (!('badge' in metadata)) return [];
    const badge = metadata.badge.toLowerCase().replaceAll(' ', '-');
    return [{ user_id: person.id, badge, source_event_id: id, earned_at: at, created_at: at }];
  });
}

function pointsRow(person: Person, { id, type, at }: Entry): SeedRow {
  return {
    id: seedId('PointsEntry', id, at),
    user_id: person.id,
    points: pointsFor[type],
    reason: type,
    source_event_id: id,
    created_at: at,
  };
}

/** Days in UTC, each with its last activity. */
function daysOf(person: Person, entries: readonly Entry[]): SeedRow[] {
  const latest = new Map<number, Date>();
  for (const { at } of entries) {
    const day = Math.floor(at.getTime() / DAY) * DAY;
    const known = latest.get(day);
    if (known === undefined || at > known) latest.set(day, at);
  }
  return Array.from(latest, ([day, at]) => ({
    user_id: person.id,
    day: new Date(day),
    time_zone: 'UTC',
    begins_at: new Date(day),
    ends_at: new Date(day + DAY),
    last_at: at,
    created_at: at,
    updated_at: at,
  }));
}

function activityRow(person: Person, { id, type, description, metadata, at }: Entry): SeedRow {
  return { id, user_id: person.id, type, description, metadata, created_at: at };
}

function engagementRow(person: Person, engagement: Engagement): SeedRow {
  return {
    id: seedId('UserEngagement', person.index, person.joinedAt),
    user_id: person.id,
    points: engagement.points,
    level: engagement.level,
    streak: engagement.streak,
    longest_streak: engagement.longestStreak,
    last_active_at: engagement.lastActiveAt,
    created_at: person.joinedAt,
    updated_at: engagement.lastActiveAt,
  };
}
