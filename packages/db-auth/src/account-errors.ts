import { CodezestDbError } from '@codezest/db-core';

/** No account has this id, or it was deleted. */
export class AccountNotFoundError extends CodezestDbError {
  constructor() {
    super('ACCOUNT_NOT_FOUND', 'There is no such account, or it was deleted.');
  }
}

/** The account is suspended or not active: nobody gets in, whatever they prove. */
export class AccountUnavailableError extends CodezestDbError {
  constructor() {
    super('ACCOUNT_UNAVAILABLE', 'The account is suspended or not active. Lift that before anybody logs in.');
  }
}

/** Too many failed logins in a row. */
export class AccountLockedError extends CodezestDbError {
  readonly lockedUntil: Date;

  constructor(lockedUntil: Date) {
    super(
      'ACCOUNT_LOCKED',
      'The account is locked after too many failed logins. Try again after lockedUntil.',
    );
    this.lockedUntil = lockedUntil;
  }
}

/** The password was changed while the old one was being checked. */
export class PasswordOutdatedError extends CodezestDbError {
  constructor() {
    super(
      'PASSWORD_OUTDATED',
      'The password was changed meanwhile. Check the new one, then start the session.',
    );
  }
}

/** A live account has this address, in whatever case. */
export class EmailTakenError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('EMAIL_TAKEN', 'Another account has this e-mail address.', options);
  }
}

/** A live account has this username, in whatever case. */
export class UsernameTakenError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('USERNAME_TAKEN', 'Another account has this username.', options);
  }
}
