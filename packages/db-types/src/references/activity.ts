import type { CrossServiceReference } from './reference.js';

const activity = {
  service: 'activity',
  refersTo: 'auth.user',
  onDelete: 'delete',
} as const;

/** Users in the columns and documents of db-activity. */
export const activityReferences: readonly CrossServiceReference[] = [
  {
    ...activity,
    store: 'postgresql',
    table: 'user_activities',
    column: 'user_id',
    reason: 'The feed of one person.',
  },
  {
    ...activity,
    store: 'postgresql',
    table: 'analytics_events',
    column: 'user_id',
    reason: 'The properties describe the person as well. What has no user expires with its partition.',
  },
  {
    ...activity,
    store: 'postgresql',
    table: 'user_engagements',
    column: 'user_id',
    reason: 'Points and streak of one person.',
  },
  {
    ...activity,
    store: 'postgresql',
    table: 'points_entries',
    column: 'user_id',
    reason: 'What one person was given points for.',
  },
  {
    ...activity,
    store: 'postgresql',
    table: 'leaderboard_scores',
    column: 'user_id',
    reason: 'Points of one person. Those behind move up.',
  },
  {
    ...activity,
    store: 'postgresql',
    table: 'leaderboard_cohorts',
    column: 'user_id',
    reason: 'Where one person is ranked.',
  },
  {
    ...activity,
    store: 'postgresql',
    table: 'activity_days',
    column: 'user_id',
    reason: 'On which days one person was active, and in which time zone.',
  },
  {
    ...activity,
    store: 'postgresql',
    table: 'user_badges',
    column: 'user_id',
    reason: 'What one person has earned.',
  },
  {
    ...activity,
    store: 'mongodb',
    table: 'activity_logs',
    column: 'userId',
    reason: 'Holds addresses and user agents as well.',
  },
  {
    ...activity,
    store: 'mongodb',
    table: 'analytics_events',
    column: 'userId',
    reason: 'As in PostgreSQL. Events with a browser session alone expire by TTL.',
  },
];
