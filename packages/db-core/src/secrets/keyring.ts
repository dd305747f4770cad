import { KeyringError } from './errors.js';

/** Keys by id. New values use `current`; the others are there to read what was written before a rotation. */
export interface Keyring {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

const KEY_BYTES = 32;

/**
 * Keys from an environment variable, `k2:<base64>,k1:<base64>`, the current one first. Read at the first use that
 * needs a key, never at import.
 *
 * @throws {KeyringError} naming the variable and what is wrong with it.
 */
export function keyringFromEnvironment(
  variable: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Keyring {
  const text = env[variable];
  if (!text) throw new KeyringError(variable, 'is not set');

  const keys = new Map<string, Uint8Array>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry) ?? [];
    if (id === undefined || encoded === undefined)
      throw new KeyringError(variable, 'has an entry without key id or key');
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== KEY_BYTES)
      throw new KeyringError(variable, `has a key "${id}" of ${key.length} bytes`);
    if (keys.has(id)) throw new KeyringError(variable, `names the key "${id}" twice`);
    keys.set(id, key);
  }
  const [current] = keys.keys();
  return { current: current as string, keys };
}
