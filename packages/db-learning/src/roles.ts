import type { RoleDefinition } from '@codezest/db-core/roles';

/** What the roles of the learning database may not do. */
export const roles: RoleDefinition = {
  service: 'learning',
  appendOnly: [],
  // Others rely on a certificate for years: it is revoked, never removed.
  neverDeleted: ['certificates'],
  // Tombstones are the owner's to write: whoever could write them could shut a user out.
  referenceData: ['erased_users'],
  secretColumns: [],
  inbox: [],
};
