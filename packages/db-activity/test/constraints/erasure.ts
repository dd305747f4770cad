import { erasureCases } from '@codezest/constraint-tests';
import { activity, badge, day, engagement, entry, event, inCohort, OTHER_USER, score, USER } from './rows.js';

export const erasure = erasureCases(USER, OTHER_USER, {
  user_activities: { row: activity() },
  analytics_events: { row: event() },
  user_badges: { row: badge() },
  user_engagements: { row: engagement() },
  leaderboard_scores: { row: score() },
  leaderboard_cohorts: { row: inCohort() },
  points_entries: { row: entry() },
  activity_days: { row: day() },
});
