import { CodezestDbError } from '@codezest/db-core';

/** Another request with this key is under way. */
export class IdempotencyKeyBusyError extends CodezestDbError {
  constructor() {
    super(
      'IDEMPOTENCY_KEY_BUSY',
      'A request with this idempotency key is under way. Ask again for its answer.',
    );
  }
}

/** The claim was held for too long, and another request has taken over. */
export class IdempotencyClaimLostError extends CodezestDbError {
  constructor() {
    super(
      'IDEMPOTENCY_CLAIM_LOST',
      'Another request has taken over. Roll back what was done, and ask for its answer.',
    );
  }
}
