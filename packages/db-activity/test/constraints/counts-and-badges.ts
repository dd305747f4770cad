import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import { activity, badge, count } from './rows.js';

export const countsAndBadges: ConstraintCase[] = [
  {
    object: 'activity_counts_hour_check',
    refused: count({ hour: "'2026-10-01T12:30:00Z'" }),
    allowed: count({ hour: "'2026-10-01T13:00:00Z'" }),
  },
  {
    object: 'activity_counts_part_check',
    refused: count({ part: '-1' }),
    allowed: count({ part: '0' }),
  },
  {
    object: 'activity_counts_count_check',
    refused: count({ count: '0' }),
    allowed: count({ count: '1' }),
  },
  ...["'Week in a row'", "'week--in'", "''", "repeat('b', 101)"].map((name) => ({
    object: 'user_badges_badge_check',
    refused: badge({ badge: name }),
    allowed: badge({ badge: "repeat('b', 100)" }),
  })),
];

export const countEffects: TriggerEffect[] = [
  {
    trigger: 'user_activities_counted',
    write: activity(),
    shows: `SELECT count = 1 AND type = 'MODULE_STARTED' FROM activity_counts WHERE hour = '2026-10-01T12:00:00Z'`,
  },
];
