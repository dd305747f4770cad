import type { RoleDefinition } from '@codezest/db-core/roles';

/** What the roles of the auth database may not do. */
export const roles: RoleDefinition = {
  service: 'auth',
  // Whoever broke into an account, or into the service, must not be able to hide it.
  appendOnly: ['login_history'],
  neverDeleted: [],
  referenceData: [],
  secretColumns: [
    'email_changes.token_hash',
    'email_verifications.token_hash',
    'oauth_accounts.access_token',
    'oauth_accounts.refresh_token',
    'password_resets.token_hash',
    'recovery_codes.code_hash',
    'sessions.token_hash',
    'two_factor_credentials.secret',
    'users.password',
  ],
  inbox: [],
};
