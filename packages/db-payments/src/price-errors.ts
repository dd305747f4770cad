import { CodezestDbError } from '@codezest/db-core';

/** PLAN: it is one of another plan. VALIDITY: it is not offered then. QUANTITY: it is for more than that. INTERVAL: no cycle of months has it. */
export type UnusablePriceReason = 'PLAN' | 'VALIDITY' | 'QUANTITY' | 'INTERVAL';

/** A subscription cannot have this price. */
export class PriceNotUsableError extends CodezestDbError {
  readonly reason: UnusablePriceReason;

  constructor(reason: UnusablePriceReason) {
    super(
      'PRICE_NOT_USABLE',
      'The subscription cannot have this price: see reason. `priceOf` finds the one that is offered.',
    );
    this.reason = reason;
  }
}

/** A price of the list begins at that moment, and another amount was said before. */
export class PriceExistsError extends CodezestDbError {
  constructor() {
    super(
      'PRICE_EXISTS',
      'Another price begins at that moment or ends later than this one. A price does not change: say when the next one begins.',
    );
  }
}

/** The provider manages the subscription, and would not know. */
export class SubscriptionAtProviderError extends CodezestDbError {
  constructor() {
    super(
      'SUBSCRIPTION_AT_PROVIDER',
      'The provider manages this subscription. Change it there; `recordSubscription` writes down what it says.',
    );
  }
}
