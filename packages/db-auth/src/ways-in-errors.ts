import { CodezestDbError } from '@codezest/db-core';

/** Somebody's account here is linked with this account at the provider. */
export class OAuthAccountTakenError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('OAUTH_ACCOUNT_TAKEN', 'This account at the provider belongs to another account here.', options);
  }
}

/** The user has several accounts at this provider. */
export class OAuthAccountAmbiguousError extends CodezestDbError {
  constructor() {
    super(
      'OAUTH_ACCOUNT_AMBIGUOUS',
      'The user has several accounts at this provider. Say which one, by its providerId.',
    );
  }
}

/** The user has no account at this provider linked. */
export class OAuthAccountNotFoundError extends CodezestDbError {
  constructor() {
    super('OAUTH_ACCOUNT_NOT_FOUND', 'No account at this provider is linked.');
  }
}

/** Without it the user could never log in again. */
export class LastWayInError extends CodezestDbError {
  constructor() {
    super(
      'LAST_WAY_IN',
      'This is the only way to log in. Set a password, add a passkey or link another account first.',
    );
  }
}
