import type { PersonalData } from '@codezest/db-core';

/** What the activity database contains about people. Its MongoDB collections have a list of their own in their specs. */
export const personalData: PersonalData = {
  service: 'activity',
  rows: [
    { table: 'user_activities', onErasure: 'delete' },
    { table: 'analytics_events', onErasure: 'delete' },
    { table: 'points_entries', onErasure: 'delete' },
    { table: 'activity_days', onErasure: 'delete' },
    { table: 'user_badges', onErasure: 'delete' },
    { table: 'user_engagements', onErasure: 'delete' },
  ],
  impersonal: {
    activity_counts: 'How often something happened in an hour, of everybody.',
    erased_users: 'Contains a hash of the id alone.',
  },
};
