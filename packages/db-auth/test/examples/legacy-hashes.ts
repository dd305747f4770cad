import { type Client, type LegacyPasswordScheme, provePassword } from '../../src/index.js';

/** Your libraries. `matches` picks one by the scheme: null is argon2id or bcrypt. */
export interface Hashing {
  hash(password: string): Promise<string>;
  matches(hash: string, password: string, scheme: LegacyPasswordScheme | null): Promise<boolean>;
}

/** After `beginLogin`, where accounts have come from another system: the first right password replaces the old hash. */
export async function proveAnyPassword(
  client: Client,
  { hash, matches }: Hashing,
  begun: { token: string; passwordHash: string; legacyPasswordScheme: LegacyPasswordScheme | null },
  password: string,
) {
  const { token, passwordHash, legacyPasswordScheme } = begun;
  const isRight = await matches(passwordHash, password, legacyPasswordScheme);
  const isLegacy = isRight && legacyPasswordScheme !== null;
  const rehashed = isLegacy ? { newPasswordHash: await hash(password) } : {};
  // Longer than the slowest scheme takes: whoever guesses is not told by the time which hash was compared.
  return provePassword(client, { token, isRight, ...rehashed, answerAfterMs: 1_000 });
}
