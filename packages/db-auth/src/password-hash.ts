import { CodezestDbError, isRuleViolation } from '@codezest/db-core';

/** What should be the hash of a password is none, or was cut: its owner could never log in. */
export class InvalidPasswordHashError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'PASSWORD_HASH_INVALID',
      'This is no whole argon2id or bcrypt hash, nor one of the legacy scheme that was named. Hash the password anew.',
      options,
    );
  }
}

/** Names the refusal of a hash; throws whatever else it is given. */
export function hashRefusal(error: unknown): never {
  throw isRuleViolation(error, 'users_password_hash_check')
    ? new InvalidPasswordHashError({ cause: error })
    : error;
}
