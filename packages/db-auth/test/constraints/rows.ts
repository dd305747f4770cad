// INSERT statements of rows that every rule accepts; a case changes the one column it is about.

type Columns = Record<string, string | null>;

/** Values are SQL literals of unknown type, so that PostgreSQL gives each the type of its column. */
function insertInto(table: string, defaults: Columns): (changes?: Columns) => string {
  return (changes = {}) => {
    const row = { ...defaults, ...changes };
    const values = Object.values(row).map((value) =>
      value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`,
    );
    return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')});`;
  };
}

/** The nth id of these cases. */
export function id(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** The nth value of 32 bytes, as SHA-256 and HMAC-SHA-256 have. */
export function hash(n: number, bytes = 32): string {
  return `\\x${String(n).padStart(2, '0').repeat(bytes)}`;
}

/** In the form of an AES-256-GCM envelope. */
export const envelope = `v1.k1.${'n'.repeat(16)}.c.${'t'.repeat(22)}`;

export const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Y29kZXplc3Qtc2VlZC0xNg$DHKN2pIk1dO9YsFGf75aeDX3lVJ9eWog52o1VoxuewU';

const email = 'ada@example.com';
const times = { created_at: '2026-01-01T00:00:00Z', expires_at: '2026-01-01T01:00:00Z' };

export const user = insertInto('users', {
  id: id(1),
  email: 'ada@example.com',
  password: passwordHash,
  first_name: 'Ada',
  last_name: 'Lovelace',
});
export const otherUser = (changes: Columns = {}): string =>
  user({ id: id(2), email: 'alan@example.com', ...changes });

export const profile = insertInto('user_profiles', { id: id(1), user_id: id(1) });
export const lead = insertInto('user_leads', { id: id(1), user_id: id(1) });
export const session = insertInto('sessions', {
  id: id(1),
  user_id: id(1),
  token_hash: hash(1),
  family_id: id(10),
  login_method: 'PASSWORD',
  ...times,
});
export const login = insertInto('login_history', {
  id: id(1),
  user_id: id(1),
  success: 'true',
  ip_address: '192.0.2.1',
});
export const oauthAccount = insertInto('oauth_accounts', {
  id: id(1),
  user_id: id(1),
  provider: 'GITHUB',
  provider_id: '1815',
});
export const passwordReset = insertInto('password_resets', {
  id: id(1),
  user_id: id(1),
  email,
  token_hash: hash(1),
  ...times,
});
export const emailVerification = insertInto('email_verifications', {
  id: id(1),
  user_id: id(1),
  email,
  token_hash: hash(1),
  ...times,
});
export const emailChange = insertInto('email_changes', {
  id: id(1),
  user_id: id(1),
  old_email: 'ada@example.com',
  new_email: 'countess@example.com',
  token_hash: hash(1),
  undo_token_hash: hash(1),
  undo_expires_at: '2026-01-08T00:00:00Z',
  ...times,
});
export const twoFactorCredential = insertInto('two_factor_credentials', {
  id: id(1),
  user_id: id(1),
  secret: envelope,
});
export const recoveryCode = insertInto('recovery_codes', {
  id: id(1),
  user_id: id(1),
  code_hash: hash(1),
  key_id: 'k1',
});

export const pendingLogin = insertInto('pending_logins', {
  id: id(1),
  user_id: id(1),
  token_hash: hash(1),
  login_method: 'PASSWORD',
  ...times,
});
export const knownDevice = insertInto('known_devices', {
  id: id(1),
  user_id: id(1),
  token_hash: hash(1),
  last_used_at: times.created_at,
  expires_at: times.expires_at,
});
export const loginSource = insertInto('login_sources', {
  id: id(1),
  address: '192.0.2.1',
  failed_attempts: '1',
  window_ends_at: times.expires_at,
});
export const passkey = insertInto('passkeys', {
  id: id(1),
  user_id: id(1),
  credential_id: '\\x01',
  public_key: '\\x02',
  backup_eligible: 'false',
  aaguid: '00000000-0000-0000-0000-000000000000',
});
export const passkeyChallenge = insertInto('passkey_challenges', {
  id: id(1),
  user_id: id(1),
  purpose: 'REGISTRATION',
  challenge_hash: hash(1),
  ...times,
});
