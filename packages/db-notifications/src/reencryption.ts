import { type Reencryption, type ReencryptionOptions, reencryptStored } from '@codezest/db-core';
import type { PrismaClient } from './client.js';
import { type DeviceKeys, encryptionKeys, lookupKeys } from './encryption.js';
import { storedSecrets } from './stored-secrets.js';

/**
 * What `codezest-db-notifications reencrypt` does, for a service that rotates its keys by itself: writes push tokens and
 * their hashes of old keys anew with the current ones, beside readers and writers, and tells which keys may be removed.
 * `updatedAt` stays: for whoever reads the rows nothing has changed.
 *
 * @throws {ReencryptionError} REENCRYPTION_KEY_MISSING, REENCRYPTION_VALUE_UNREADABLE, REENCRYPTION_UNFINISHED; its
 * `result` has the counts.
 * @throws {KeyringError} KEYRING_INVALID
 * @example const { removable } = await reencrypt(prisma);
 */
export async function reencrypt(
  client: PrismaClient,
  options: ReencryptionOptions & DeviceKeys = {},
): Promise<Reencryption> {
  const keys = { encryption: encryptionKeys(options), lookup: lookupKeys(options) };
  return reencryptStored(client, storedSecrets, keys, options);
}
