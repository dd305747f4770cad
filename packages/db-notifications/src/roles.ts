import type { RoleDefinition } from '@codezest/db-core/roles';

/** What the roles of the notifications database may not do. */
export const roles: RoleDefinition = {
  service: 'notifications',
  appendOnly: [],
  neverDeleted: [],
  // Tombstones are the owner's to write: whoever could write them could shut a user out.
  referenceData: ['erased_users'],
  secretColumns: ['user_devices.token_encrypted', 'user_devices.token_hash'],
  inbox: ['received_events'],
};
