import { type PersonalData, RECEIVED } from '@codezest/db-core';

/** What the activity database contains about people. Its MongoDB collections have a list of their own in their specs. */
export const personalData: PersonalData = {
  service: 'activity',
  rows: [
    { table: 'user_activities', onErasure: 'delete' },
    { table: 'analytics_events', onErasure: 'delete' },
    {
      table: 'leaderboard_changes',
      where: 'entry_id IN (SELECT e.id FROM points_entries e WHERE e.user_id = $1)',
      onErasure: 'cascade',
      exported: false,
    },
    { table: 'points_entries', onErasure: 'delete' },
    { table: 'leaderboard_scores', onErasure: 'delete' },
    { table: 'leaderboard_cohorts', onErasure: 'delete' },
    { table: 'activity_days', onErasure: 'delete' },
    { table: 'user_badges', onErasure: 'delete' },
    { table: 'user_engagements', onErasure: 'delete' },
    // Last: the event that says that the person is gone is one of them, and is needed until all else is.
    // What they say of the person is in the tables that they led to.
    { table: 'received_events', where: RECEIVED, onErasure: 'delete', exported: false },
  ],
  impersonal: {
    activity_counts: 'How often something happened in an hour, of everybody.',
    leaderboard_steps: 'How many users have so many points.',
    erased_users: 'Contains a hash of the id alone.',
  },
};
