import { type Keyring, keyringFromEnvironment } from '@codezest/db-core';

/** Keys that encrypt and decrypt; by default those in AUTH_ENCRYPTION_KEYS. */
export interface EncryptionOptions {
  readonly encryption?: Keyring;
}

/** Keys that hash what can be guessed; by default those in AUTH_LOOKUP_KEYS. */
export interface LookupOptions {
  readonly lookup?: Keyring;
}

export function encryptionKeys({ encryption }: EncryptionOptions): Keyring {
  return encryption ?? keyringFromEnvironment('AUTH_ENCRYPTION_KEYS');
}

export function lookupKeys({ lookup }: LookupOptions): Keyring {
  return lookup ?? keyringFromEnvironment('AUTH_LOOKUP_KEYS');
}
