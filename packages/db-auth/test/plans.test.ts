import { createHash } from 'node:crypto';
import { withClient } from '@codezest/constraint-tests';
import { newId } from '@codezest/db-core';
import { explaining, type QueryPlan } from '@codezest/db-core/testing';
import { parseUserId, type UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  acceptTwoFactorCode,
  authenticateSession,
  beginLogin,
  beginMailedLogin,
  type Client,
  consumeEmailChange,
  consumeEmailVerification,
  consumePasswordReset,
  consumeRecoveryCode,
  deleteAccount,
  issuePasswordReset,
  listLoginHistory,
  listSessions,
  logInWithPasskey,
  provePassword,
  readOAuthTokens,
  requestPasswordReset,
  revokeAllSessions,
  rotateSession,
  startSession,
  undoEmailChange,
  unlinkOAuthAccount,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { passwordHash, rolledBack } from './fixtures.js';

const USERS = 100_000;

let database: TestDatabase;

/** The id of row n of a table; every table has one row for each user, but for two sessions and two logins. */
const id = (n: string) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
const hash = (kind: string) => `sha256(('${kind}' || n)::bytea)`;
const each = `FROM generate_series(1, ${USERS}) n`;
const twice = `FROM generate_series(1, ${2 * USERS}) n`;
const times = `now() - interval '1 hour', now() + interval '1 hour'`;
const token = (table: string) => `
  INSERT INTO ${table} (id, user_id, email, token_hash, created_at, expires_at)
  SELECT ${id('n')}, ${id('n')}, 'person' || n || '@example.com', ${hash('token')}, ${times} ${each}`;

const filling = [
  // Rows made by the same rules as any: only the checks that would read other rows for each are left out.
  `SET session_replication_role = replica`,
  `INSERT INTO users (id, email, password, first_name, last_name, username, deleted_at)
   SELECT ${id('n')}, 'person' || n || '@example.com', '${passwordHash}', 'Ada', '', 'person' || n,
     CASE WHEN n % 10 = 0 THEN now() END ${each}`,
  `INSERT INTO sessions (id, user_id, token_hash, family_id, login_method, created_at, expires_at)
   SELECT ${id('n')}, ${id(`n % ${USERS} + 1`)}, ${hash('token')}, ${id('n')}, 'PASSWORD', ${times} ${twice}`,
  `INSERT INTO login_history (id, user_id, success)
   SELECT ${id('n')}, ${id(`n % ${USERS} + 1`)}, true ${twice}`,
  token('password_resets'),
  token('email_verifications'),
  `INSERT INTO email_changes (id, user_id, old_email, new_email, token_hash, undo_token_hash, created_at, expires_at,
     undo_expires_at)
   SELECT ${id('n')}, ${id('n')}, 'person' || n || '@example.com', 'new' || n || '@example.com', ${hash('token')},
     ${hash('token')}, ${times}, now() + interval '7 days' ${each}`,
  `INSERT INTO oauth_accounts (id, user_id, provider, provider_id)
   SELECT ${id('n')}, ${id('n')}, 'GITHUB', n::text ${each}`,
  `INSERT INTO two_factor_credentials (id, user_id, secret)
   SELECT ${id('n')}, ${id('n')}, 'v1.k1.' || repeat('n', 16) || '.c.' || repeat('t', 22) ${each}`,
  `INSERT INTO recovery_codes (id, user_id, code_hash, key_id)
   SELECT ${id('n')}, ${id('n')}, ${hash('code')}, 'k1' ${each}`,
  `INSERT INTO pending_logins (id, user_id, token_hash, login_method, created_at, expires_at)
   SELECT ${id('n')}, ${id('n')}, ${hash('token')}, 'PASSWORD', now(), now() + interval '10 minutes' ${each}`,
  `INSERT INTO known_devices (id, user_id, token_hash, expires_at)
   SELECT ${id('n')}, ${id('n')}, ${hash('device')}, now() + interval '1 hour' ${each}`,
  `INSERT INTO passkeys (id, user_id, credential_id, public_key, backup_eligible, aaguid)
   SELECT ${id('n')}, ${id('n')}, ${hash('credential')}, '\\x01', false, ${id('0')} ${each}`,
  `INSERT INTO passkey_challenges (id, user_id, purpose, challenge_hash, expires_at)
   SELECT ${id('n')}, ${id('n')}, 'REGISTRATION', ${hash('challenge')}, now() + interval '1 hour' ${each}`,
  `INSERT INTO login_sources (id, address, failed_attempts, window_ends_at)
   SELECT ${id('n')}, '10.0.0.0'::inet + n, 1, now() + interval '15 minutes' ${each}`,
  `ANALYZE`,
];

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.owner.url, (owner) => owner.query(filling.join(';')));
});
afterAll(() => database?.drop());

const userId: UserId = parseUserId('00000000-0000-7000-8000-000000004711');
const lookupKeyring = { current: 'k1', keys: new Map([['k1', new Uint8Array(32)]]) };
const byToken = 'token4711';

interface Case {
  title: string;
  run(client: Client): Promise<unknown>;
  /** Indexes meant for it, each used by one of its statements. */
  indexes: string[];
}

const cases: Case[] = [
  {
    title: 'authenticateSession',
    run: (client) => authenticateSession(client, byToken),
    indexes: ['sessions_token_hash_key', 'users_pkey'],
  },
  {
    title: 'rotateSession',
    run: (client) => rotateSession(client, { token: byToken }),
    indexes: ['sessions_token_hash_key', 'users_pkey'],
  },
  {
    title: 'startSession',
    run: (client) => startSession(client, { userId, loginMethod: 'PASSWORD' }),
    indexes: ['users_pkey'],
  },
  {
    title: 'listSessions',
    run: (client) => listSessions(client, userId),
    indexes: ['sessions_user_id_created_at_id_idx'],
  },
  {
    title: 'revokeAllSessions',
    run: (client) => revokeAllSessions(client, { userId }),
    indexes: ['sessions_user_id_created_at_id_idx'],
  },
  {
    title: 'listLoginHistory',
    run: (client) => listLoginHistory(client, userId),
    indexes: ['login_history_user_id_created_at_id_idx'],
  },
  {
    title: 'issuePasswordReset',
    run: (client) => issuePasswordReset(client, { userId }),
    indexes: ['password_resets_user_id_live_key'],
  },
  {
    title: 'consumePasswordReset',
    run: (client) => consumePasswordReset(client, { token: byToken, passwordHash }),
    indexes: ['password_resets_token_hash_key', 'users_pkey', 'email_changes_user_id_live_key'],
  },
  {
    title: 'consumeEmailVerification',
    run: (client) => consumeEmailVerification(client, byToken),
    indexes: ['email_verifications_token_hash_key', 'users_pkey'],
  },
  {
    title: 'consumeEmailChange',
    run: (client) => consumeEmailChange(client, byToken),
    indexes: ['email_changes_token_hash_key', 'users_pkey'],
  },
  {
    title: 'undoEmailChange',
    run: (client) => undoEmailChange(client, { token: byToken, passwordHash }),
    indexes: ['email_changes_undo_token_hash_key', 'users_pkey', 'users_email_key'],
  },
  {
    title: 'requestPasswordReset',
    run: (client) => requestPasswordReset(client, { email: 'person4711@example.com' }),
    indexes: ['users_email_key', 'password_resets_user_id_created_at_id_idx'],
  },
  {
    title: 'readOAuthTokens',
    run: (client) => readOAuthTokens(client, { userId, provider: 'GITHUB' }),
    indexes: ['oauth_accounts_user_id_provider_idx'],
  },
  {
    title: 'unlinkOAuthAccount',
    run: (client) => unlinkOAuthAccount(client, { userId, provider: 'GITHUB' }),
    indexes: ['oauth_accounts_user_id_provider_idx'],
  },
  {
    title: 'beginLogin',
    run: (client) =>
      beginLogin(client, {
        emailOrUsername: 'person4711@example.com',
        decoyHash: passwordHash,
        ipAddress: '10.0.18.103',
        deviceToken: 'device4711',
      }),
    indexes: ['users_email_key', 'known_devices_user_id_idx'],
  },
  {
    title: 'provePassword',
    run: (client) => provePassword(client, { token: byToken, isRight: true }),
    indexes: ['pending_logins_token_hash_key', 'users_pkey'],
  },
  {
    title: 'beginMailedLogin',
    run: (client) =>
      beginMailedLogin(
        client,
        { email: 'person4711@example.com', ipAddress: '10.0.18.103' },
        { lookup: lookupKeyring },
      ),
    indexes: ['users_email_key', 'pending_logins_user_id_created_at_idx'],
  },
  {
    title: 'logInWithPasskey',
    run: (client) =>
      logInWithPasskey(client, {
        credentialId: createHash('sha256').update('credential4711').digest(),
        signCount: 0,
        backedUp: false,
        userVerified: true,
      }),
    indexes: ['passkeys_credential_id_key'],
  },
  {
    title: 'acceptTwoFactorCode',
    run: (client) =>
      acceptTwoFactorCode(client, { userId, credentialId: newId<'TwoFactorCredential'>(), step: 1 }).catch(
        () => undefined,
      ),
    indexes: ['two_factor_credentials_user_id_key'],
  },
  {
    title: 'consumeRecoveryCode',
    run: (client) =>
      consumeRecoveryCode(client, { userId, code: '0' }, { lookup: lookupKeyring }).catch(() => undefined),
    indexes: ['recovery_codes_user_id_code_hash_key'],
  },
  {
    title: 'deleteAccount',
    run: (client) => deleteAccount(client, userId),
    indexes: ['users_pkey', 'recovery_codes_user_id_code_hash_key'],
  },
];

test.each(cases)('$title reads by index, for its values and for any', async ({ run, indexes }) => {
  const plans: QueryPlan[] = [];
  await rolledBack(database.client, (transaction) => run(explaining(transaction, plans)));

  expect(plans.length).toBeGreaterThan(0);
  expect(plans.flatMap(({ sequentialScans }) => sequentialScans)).toEqual([]);
  expect(plans.flatMap((plan) => plan.indexes)).toEqual(expect.arrayContaining(indexes));
});
