import type { PersonalData } from '@codezest/db-core';

/** What the auth database contains about people: everything belongs to a user's row and is deleted with it. */
export const personalData: PersonalData = {
  service: 'auth',
  rows: [
    // Before the account, whose deletion is told the others: that event holds the id alone, and retention deletes it.
    {
      table: 'outbox',
      where: "payload ->> 'userId' = $1::text AND type <> 'user.deleted'",
      onErasure: 'delete',
      // Copies of what the account and the profile hold.
      exported: false,
    },
    { table: 'outbox_deliveries', onErasure: 'cascade', exported: false },
    { table: 'users', where: 'id = $1', onErasure: 'delete' },
    ...[
      'email_changes',
      'email_verifications',
      'known_devices',
      'login_history',
      'oauth_accounts',
      'passkey_challenges',
      'passkeys',
      'password_resets',
      'pending_logins',
      'recovery_codes',
      'sessions',
      'two_factor_credentials',
      'user_leads',
      'user_profiles',
    ].map((table) => ({ table, onErasure: 'cascade' as const })),
  ],
  impersonal: {
    erased_users: 'Contains a hash of the id alone.',
    erasure_reports: 'Counts of erased rows.',
    erasure_requests:
      'Contains the id of a user until every service has erased its rows, and none afterwards.',
    login_sources:
      'Counts the failed logins of an address for some hours, whoever used it. `retention` deletes it.',
  },
};
