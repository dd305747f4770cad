import { CodezestDbError } from '@codezest/db-core';

export type CouponRefusal =
  | 'INACTIVE'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  | 'OTHER_CURRENCY'
  | 'NOTHING_TO_DISCOUNT';

/** The coupon exists, but is not for this invoice at this moment. */
export class CouponNotRedeemableError extends CodezestDbError {
  readonly reason: CouponRefusal;

  constructor(reason: CouponRefusal) {
    super('COUPON_NOT_REDEEMABLE', `The coupon cannot be redeemed: ${reason}.`);
    this.reason = reason;
  }
}

/** All redemptions that the coupon allows have been made. */
export class CouponExhaustedError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('COUPON_EXHAUSTED', 'The coupon has been redeemed as often as it allows.', options);
  }
}

/** Each user redeems a coupon once. */
export class CouponAlreadyRedeemedError extends CodezestDbError {
  constructor() {
    super('COUPON_ALREADY_REDEEMED', 'The user has redeemed this coupon.');
  }
}
