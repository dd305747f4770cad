import type { RoleDefinition } from '@codezest/db-core/roles';

/**
 * What the roles of the activity database may not do. Partitions are made and dropped by the migrator: the application
 * adds events to them and can do nothing else to them.
 */
export const roles: RoleDefinition = {
  service: 'activity',
  appendOnly: ['analytics_events', 'points_entries', 'user_activities'],
  neverDeleted: [],
  // Tombstones are the owner's to write: whoever could write them could shut a user out.
  referenceData: ['erased_users'],
  secretColumns: [],
  inbox: ['received_events'],
};
