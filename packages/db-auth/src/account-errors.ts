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
