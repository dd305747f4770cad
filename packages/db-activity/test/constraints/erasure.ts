import { erasureCases } from '@codezest/constraint-tests';
import { activity, badge, day, engagement, entry, event, OTHER_USER, USER } from './rows.js';

export const erasure = erasureCases(USER, OTHER_USER, {
  user_activities: { row: activity() },
  analytics_events: { row: event() },
  user_badges: { row: badge() },
  user_engagements: { row: engagement() },
  points_entries: { row: entry() },
  activity_days: { row: day() },
});
