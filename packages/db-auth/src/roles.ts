import type { RoleDefinition } from '@codezest/db-core/roles';

/** What the roles of the auth database may not do. */
export const roles: RoleDefinition = {
  service: 'auth',
  // Whoever broke into an account, or into the service, must not be able to hide it, nor to take back what was told.
  appendOnly: ['login_history', 'outbox'],
  // Nor what ended, nor who was erased: rows go by retention, or by `erase` and `retention` of who owns the tables.
  neverDeleted: [
    'email_changes',
    'email_verifications',
    'erasure_reports',
    'erasure_requests',
    'passkey_challenges',
    'password_resets',
    'pending_logins',
    'sessions',
    'users',
  ],
  // Tombstones are the owner's to write: whoever could write them could shut a user out. Triggers and functions of the
  // owner write whom events go to and who has them.
  referenceData: ['erased_users', 'outbox_deliveries'],
  secretColumns: [
    'email_changes.token_hash',
    'email_changes.undo_token_hash',
    'email_verifications.token_hash',
    'known_devices.token_hash',
    'oauth_accounts.access_token',
    'oauth_accounts.refresh_token',
    'passkey_challenges.challenge_hash',
    'password_resets.token_hash',
    'pending_logins.code_hash',
    'pending_logins.token_hash',
    'recovery_codes.code_hash',
    'sessions.successor_salt',
    'sessions.token_hash',
    'two_factor_credentials.secret',
    'users.password',
  ],
  inbox: [],
};
