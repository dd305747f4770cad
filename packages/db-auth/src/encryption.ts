import { type Keyring, keyringFromEnvironment } from '@codezest/db-core';

/** Keys that encrypt and decrypt; by default those in AUTH_ENCRYPTION_KEYS. */
export interface EncryptionOptions {
  readonly keyring?: Keyring;
}

/** Keys that hash what can be guessed; by default those in AUTH_LOOKUP_KEYS. */
export interface LookupOptions {
  readonly lookupKeyring?: Keyring;
}

export function encryptionKeys({ keyring }: EncryptionOptions): Keyring {
  return keyring ?? keyringFromEnvironment('AUTH_ENCRYPTION_KEYS');
}

export function lookupKeys({ lookupKeyring }: LookupOptions): Keyring {
  return lookupKeyring ?? keyringFromEnvironment('AUTH_LOOKUP_KEYS');
}
