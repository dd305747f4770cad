import { eventIdAt } from '../event-id.js';

/** SQL values by column; each case says only what it is about. */
type Values = Record<string, string>;

export const USER = "'01900000-0000-7000-8000-000000000001'";
export const OTHER_USER = "'01900000-0000-7000-8000-000000000002'";

function insert(table: string, values: Values): string {
  return `INSERT INTO ${table} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')});`;
}

/** The id of an event and its time. */
export function moment(time: Date): { id: string; created_at: string } {
  return { id: `'${eventIdAt(time)}'`, created_at: `'${time.toISOString()}'` };
}

export const noon = moment(new Date('2026-10-01T12:00:00.123Z'));

export const activity = (values: Values = {}): string =>
  insert('user_activities', {
    ...noon,
    user_id: USER,
    type: "'MODULE_STARTED'",
    description: "'Started'",
    ...values,
  });

export const event = (values: Values = {}): string =>
  insert('analytics_events', { ...noon, user_id: USER, event_name: "'page.viewed'", ...values });

export const entry = (values: Values = {}): string =>
  insert('points_entries', {
    id: 'gen_random_uuid()',
    user_id: USER,
    points: '5',
    reason: "'BADGE_EARNED'",
    ...('reverses_id' in values ? {} : { source_event_id: 'gen_random_uuid()' }),
    ...values,
  });

export const day = (values: Values = {}): string =>
  insert('activity_days', {
    user_id: USER,
    day: "'2026-10-01'",
    time_zone: "'Europe/Berlin'",
    begins_at: "'2026-09-30T22:00:00Z'",
    ends_at: "'2026-10-01T22:00:00Z'",
    last_at: "'2026-10-01T12:00:00Z'",
    updated_at: 'now()',
    ...values,
  });

export const engagement = (values: Values = {}): string =>
  insert('user_engagements', { id: 'gen_random_uuid()', user_id: USER, updated_at: 'now()', ...values });

export const count = (values: Values = {}): string =>
  insert('activity_counts', {
    hour: "'2026-10-01T12:00:00Z'",
    type: "'MODULE_STARTED'",
    part: '0',
    count: '1',
    ...values,
  });

export const score = (values: Values = {}): string =>
  insert('leaderboard_scores', {
    period: "'WEEK'",
    starts_on: "'2026-09-28'",
    cohort: "''",
    user_id: USER,
    points: '5',
    reached_at: 'now()',
    ...values,
  });

export const step = (values: Values = {}): string =>
  insert('leaderboard_steps', {
    period: "'WEEK'",
    starts_on: "'2026-09-28'",
    cohort: "'steps'",
    level: '0',
    bucket: '5',
    users: '1',
    ...values,
  });

export const inCohort = (values: Values = {}): string =>
  insert('leaderboard_cohorts', { user_id: USER, cohort: "'league-7'", ...values });

export const badge = (values: Values = {}): string =>
  insert('user_badges', {
    user_id: USER,
    badge: "'week-in-a-row'",
    source_event_id: 'gen_random_uuid()',
    earned_at: 'now()',
    ...values,
  });
