import { encrypt, keyedHash } from '@codezest/db-core';
import { derivedUuid, uuidOf } from '../../engine/ids.js';
import { type Context, Refusal, type Row, type Rows, type Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { bytesOf } from '../../values/secrets.js';
import { Values } from '../../values/values.js';
import { namesOf } from '../names.js';
import { oauthAccount } from './oauth-accounts.js';
import { legacySchemeOf } from './password-scheme.js';

const FROM = 'auth.users';

/**
 * An account and what lets its owner in. An account without a password needs another way in, and one with a second factor
 * its authenticator, at the end of the transaction, so these go in with it.
 */
export const users: Step = {
  name: 'users',
  from: FROM,
  along: { accounts: { from: 'auth.oauth_accounts', by: 'userId' } },
  targets: [
    { table: 'users' },
    { table: 'oauth_accounts', also: true },
    { table: 'two_factor_credentials', wholeBy: 'user_id', incomparable: ['secret'] },
    { table: 'recovery_codes', wholeBy: 'user_id' },
  ],
  convert,
};

function convert(row: JsonObject, context: Context): Rows {
  const values = new Values(row, FROM, context.notes);
  const sourceId = values.text('id') ?? '';
  if (context.facts.emailLosers.has(sourceId)) throw new Refusal('users_email_key');
  const email = values.email('email');
  if (email === null) throw new Refusal('users_email_format_check');
  const names = namesOf(values);
  if (names === null) throw new Refusal('users_first_name_not_blank_check');
  const id = uuidOf(FROM, sourceId);
  const password = values.text('password') || null;
  const secret = secondFactorOf(values);

  return {
    users: [
      {
        id,
        email,
        password,
        legacy_password_scheme: password === null ? null : passwordScheme(password),
        ...names,
        username: usernameOf(values, context),
        role: values.text('role') === 'USER' ? 'STUDENT' : values.text('role'),
        email_verified: values.flag('emailVerified'),
        is_active: values.flag('isActive', true),
        ...suspensionOf(values),
        last_login_at: values.time('lastLoginAt'),
        last_login_ip: values.address('lastLoginIp'),
        ...attemptsOf(values),
        password_changed_at: values.time('passwordChangedAt'),
        must_change_password: password !== null && values.flag('mustChangePassword'),
        two_factor_enabled: secret !== null,
        created_at: values.time('createdAt'),
        updated_at: values.time('updatedAt'),
        deleted_at: values.time('deletedAt'),
      },
    ],
    // Where there is a password, the step of their own writes them, so that one of them costs nobody the account.
    oauth_accounts:
      password === null ? values.along('accounts').map((account) => oauthAccount(account, row, context)) : [],
    two_factor_credentials: secret === null ? [] : [credential(id, secret, values, context)],
    recovery_codes: secret === null ? [] : recoveryCodes(id, values, context),
  };
}

function passwordScheme(password: string): string | null {
  const scheme = legacySchemeOf(password);
  // Never sent to the server: it may be the password itself.
  if (scheme === undefined) throw new Refusal('users_password_hash_check');
  return scheme;
}

function usernameOf(values: Values, { facts }: Context): string | null {
  const username = values.text('username') || values.text('userName') || null;
  if (username === null) return null;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{2,29}$/.test(username))
    return values.lost('username', '3 to 30 letters, digits and . _ -');
  return facts.usernameLosers.has(values.text('id') ?? '')
    ? values.lost('username', 'taken but for upper case')
    : username;
}

function suspensionOf(values: Values): Row {
  const isSuspended = values.flag('isSuspended');
  return {
    is_suspended: isSuspended,
    suspended_at: isSuspended ? (values.time('suspendedAt') ?? values.time('updatedAt')) : null,
    suspended_reason: isSuspended ? values.cut('suspendedReason', 500) : null,
  };
}

function attemptsOf(values: Values): Row {
  const attempts = Math.max(0, values.number('loginAttempts') ?? 0);
  return { login_attempts: attempts, locked_until: attempts > 0 ? values.time('lockedUntil') : null };
}

function secondFactorOf(values: Values): string | null {
  const secret = values.text('twoFactorSecret')?.replaceAll(/\s/g, '') ?? '';
  if (!values.flag('twoFactorEnabled')) {
    if (secret !== '') values.lost('twoFactorSecret', 'the second factor is off');
    return null;
  }
  // Switching somebody's second factor off is not for a program to decide.
  if (!/^[A-Z2-7]+=*$/i.test(secret)) throw new Refusal('two_factor_secret_not_base32');
  return secret;
}

/** Counts as the owner's where the address is proven: whoever has the mailbox removes others when he resets the password. */
function credential(userId: string, secret: string, values: Values, { keys }: Context): Row {
  const id = derivedUuid('auth.users.twoFactorSecret', userId);
  const place = { table: 'two_factor_credentials', column: 'secret', rowId: id };
  return {
    id,
    user_id: userId,
    secret: encrypt(secret, place, keys.encryption('auth')),
    proven_at: values.flag('emailVerified') ? values.time('createdAt') : null,
  };
}

function recoveryCodes(userId: string, values: Values, { keys }: Context): Row[] {
  const keyring = keys.lookup('auth');
  const codes = new Set(
    (values.list('backupCodes') ?? []).flatMap((code) =>
      typeof code === 'string' && code !== '' ? [code.replaceAll(/[\s-]/g, '')] : [],
    ),
  );
  return [...codes].flatMap((code) => {
    if (code.length > 32) {
      values.lost('backupCodes', 'a hash, which cannot become a keyed one');
      return [];
    }
    const hash = bytesOf(keyedHash(code, `recovery_codes:${userId}`, keyring));
    // From the keyed hash, because an id from the code itself would tell whoever reads the table what it is.
    return [
      {
        id: derivedUuid('auth.users.backupCodes', `${userId}${hash}`),
        user_id: userId,
        code_hash: hash,
        key_id: keyring.current,
      },
    ];
  });
}
