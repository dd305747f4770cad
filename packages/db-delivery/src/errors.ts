import { CodezestDbError } from '@codezest/db-core/errors';

/** There is nothing to deliver between: no outbox, or no inbox that its events go to. */
export class NoRouteError extends CodezestDbError {
  constructor(variables: readonly string[]) {
    super(
      'DELIVERY_ROUTE_MISSING',
      `Nothing can be delivered: no outbox is named together with an inbox that its events go to. Set ${variables.join(', ')}.`,
    );
  }
}

/** A setting of the delivery that cannot be. */
export class InvalidDeliveryOptionError extends CodezestDbError {
  constructor(option: string, demand: string) {
    super('DELIVERY_OPTION_INVALID', `Nothing was delivered: ${option} is ${demand}.`);
  }
}

/** So many people without an account are rather an auth that is not the right one. */
export class TooManyOrphansError extends CodezestDbError {
  readonly found: number;

  constructor(consumer: string, found: number, most: number) {
    super(
      'DELIVERY_ORPHANS_TOO_MANY',
      `Nothing was told: ${found} people have rows in ${consumer} and no account, and at most ${most} may be erased. Make sure that auth's database is the right one and no old backup; then allow so many.`,
    );
    this.found = found;
  }
}
