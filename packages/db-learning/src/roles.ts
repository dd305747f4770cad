import type { RoleDefinition } from '@codezest/db-core/roles';

/** What the roles of the learning database may not do. */
export const roles: RoleDefinition = {
  service: 'learning',
  // What was told is not taken back.
  appendOnly: ['outbox'],
  // Others rely on a certificate for years: it is revoked, never removed.
  neverDeleted: ['certificates'],
  // Tombstones are the owner's to write: whoever could write them could shut a user out. So are whom events go to and who
  // has them.
  referenceData: ['erased_users', 'outbox_deliveries'],
  secretColumns: [],
  inbox: ['received_events'],
};
