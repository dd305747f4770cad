import { CodezestDbError } from '../errors/base-error.js';

/** No usable keys where a value must be encrypted, decrypted or looked up. Names the variable, never a key. */
export class KeyringError extends CodezestDbError {
  constructor(variable: string, reason: string) {
    super(
      'KEYRING_INVALID',
      `${variable} ${reason}. Write one or more "<key id>:<32 bytes in base64>", separated by commas, the current one first.`,
    );
  }
}

/** The value was encrypted with a key that the keyring does not hold. */
export class UnknownKeyError extends CodezestDbError {
  readonly keyId: string;

  constructor(keyId: string) {
    super(
      'ENCRYPTION_KEY_UNKNOWN',
      `A stored value needs the key "${keyId}", which the keyring does not hold. Add it again.`,
    );
    this.keyId = keyId;
  }
}

/** The stored value is not what was encrypted for this row and column: moved, changed, or another key's. */
export class DecryptionError extends CodezestDbError {
  constructor(column: string) {
    super(
      'DECRYPTION_FAILED',
      `A value of ${column} cannot be decrypted: it was changed, belongs to another row or column, or the keyring has another key under the id of its key.`,
    );
  }
}
