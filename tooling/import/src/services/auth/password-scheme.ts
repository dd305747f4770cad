/** How hashes of other programs begin; the constraint `users_password_hash_check` judges the rest. */
const SCHEMES: readonly (readonly [RegExp, string | null])[] = [
  [/^\$argon2id\$v=19\$|^\$2[aby]\$/, null],
  [/^\$argon2/, 'ARGON2'],
  [/^s2:[0-9A-Za-z]{16,32}:[0-9a-f]{128}$/, 'LUCIA_SCRYPT'],
  [/^[0-9a-z]{16,32}:[0-9a-f]{128}$/, 'BETTER_AUTH_SCRYPT'],
  [/^(pbkdf2_sha\d+|scrypt|argon2|bcrypt(_sha256)?)\$/, 'DJANGO'],
  [/^(scrypt|pbkdf2):/, 'WERKZEUG'],
  [/^\$[PH]\$|^\$wp\$/, 'PHPASS'],
  [/^\{\w+(@\w+)?\}/, 'SPRING'],
];

/** The scheme of a hash, null for those that logins make today; undefined for what is no hash that is known. */
export function legacySchemeOf(password: string): string | null | undefined {
  return SCHEMES.find(([beginning]) => beginning.test(password))?.[1];
}
