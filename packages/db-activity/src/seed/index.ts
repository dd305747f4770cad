import {
  type Person,
  SEED_NOW,
  SEED_START,
  type Seed,
  type SeedContext,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import { type AnalyticsRow, analyticsOf } from './analytics.js';
import { type Engagement, engagedHistoryOf } from './engagement.js';
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

/** So many people at a time: each history is worked out once for the three tables that it fills. */
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
  for (const person of group) {
    const { entries, engagement } = engagedHistoryOf(person);
    for (const entry of entries) activities.push(activityRow(person, entry));
    analytics.push(...analyticsOf(person, entries));
    engagements.push(engagementRow(person, engagement));
  }
  await insert('user_activities', activities);
  await insert('analytics_events', analytics);
  await insert('user_engagements', engagements);
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
