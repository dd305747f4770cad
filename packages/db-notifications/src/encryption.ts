import { type Keyring, keyringFromEnvironment } from '@codezest/db-core';

/** Default: from the environment, NOTIFICATIONS_ENCRYPTION_KEYS and NOTIFICATIONS_LOOKUP_KEYS. */
export interface DeviceKeys {
  /** Keys that tokens are encrypted with. */
  readonly encryption?: Keyring;
  /** Keys of the hashes that tokens are found by. */
  readonly lookup?: Keyring;
}

export function encryptionKeys({ encryption }: DeviceKeys): Keyring {
  return encryption ?? keyringFromEnvironment('NOTIFICATIONS_ENCRYPTION_KEYS');
}

export function lookupKeys({ lookup }: DeviceKeys): Keyring {
  return lookup ?? keyringFromEnvironment('NOTIFICATIONS_LOOKUP_KEYS');
}
