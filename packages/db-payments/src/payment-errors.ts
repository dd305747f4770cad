import { CodezestDbError } from '@codezest/db-core';

/** A subscription of the user is live, or a canceled one still covers this moment. */
export class SubscriptionExistsError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'SUBSCRIPTION_EXISTS',
      'A subscription of this user covers this moment. Change its plan, or end it first.',
      options,
    );
  }
}

/** A customer at Stripe is one user, for good. */
export class StripeCustomerTakenError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'STRIPE_CUSTOMER_TAKEN',
      'This customer at Stripe belongs to another user. Give the one of this user, or create one.',
      options,
    );
  }
}

/** What is known at Stripe by this id is written down already, in another row. */
export class StripeIdTakenError extends CodezestDbError {
  /** `stripeChargeId`, for example. */
  readonly field: string;

  constructor(field: string, options: { cause?: unknown } = {}) {
    super(
      'STRIPE_ID_TAKEN',
      `Another row has this ${field}: it was written down before, or belongs to something else.`,
      options,
    );
    this.field = field;
  }
}

/** Each user has one trial. */
export class TrialUsedError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('TRIAL_USED', 'The user has had a trial. Start the subscription without one.', options);
  }
}

/** The subscription was canceled or has expired. */
export class SubscriptionEndedError extends CodezestDbError {
  constructor() {
    super('SUBSCRIPTION_ENDED', 'The subscription is over and does not change any more. Start another one.');
  }
}

/** The subscription is on that plan already. */
export class PlanUnchangedError extends CodezestDbError {
  constructor() {
    super('PLAN_UNCHANGED', 'The subscription is on this plan already. Renew it instead.');
  }
}

/** The billing period is none: it ends before it begins, or there is none under way where one must be. */
export class InvalidPeriodError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'PERIOD_INVALID',
      'A billing period begins before it ends, follows the one before, and only paid plans have one.',
      options,
    );
  }
}

/** A subscription that was canceled to the end of its period is not renewed. */
export class SubscriptionCanceledError extends CodezestDbError {
  constructor() {
    super(
      'SUBSCRIPTION_CANCELED',
      'The subscription ends with its period. Take the cancellation back before renewing it.',
    );
  }
}

/** The lease of a renewal has run out and another worker has it, or it was never given. */
export class RenewalClaimLostError extends CodezestDbError {
  constructor() {
    super(
      'RENEWAL_CLAIM_LOST',
      'Another worker has this renewal, or nobody has claimed it. Look at the subscription before you charge again.',
    );
  }
}

/** An amount that no column can hold, or a text that is no amount of this currency. */
export class InvalidAmountError extends CodezestDbError {
  constructor(reason: string) {
    super('AMOUNT_INVALID', `This is no amount: ${reason}`);
  }
}

/** A line that no invoice can have, or none at all. */
export class InvalidLineError extends CodezestDbError {
  constructor(reason: string) {
    super('LINE_INVALID', `The lines make no invoice: ${reason}.`);
  }
}

/** A seller, a buyer or a way to pay that no invoice can name. */
export class InvalidPartyError extends CodezestDbError {
  /** `seller`, for example. */
  readonly field: string;

  constructor(field: string, demand: string) {
    super('PARTY_INVALID', `The ${field} of an invoice ${demand}.`);
    this.field = field;
  }
}

/** A document of EN 16931 needs what the invoice does not have. */
export class IncompleteInvoiceError extends CodezestDbError {
  /** The business terms that are missing: `['BT-27']`. */
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(
      'INVOICE_INCOMPLETE',
      `The invoice is not complete as a document: see missing. Give seller and buyer when it is issued, and vat with each line.`,
    );
    this.missing = missing;
  }
}

/** Only an invoice that was issued and not voided is taken back by a credit note. */
export class InvoiceNotCreditableError extends CodezestDbError {
  constructor() {
    super(
      'INVOICE_NOT_CREDITABLE',
      'Only an issued invoice is taken back by a credit note. Void a draft, and write another invoice for a voided one.',
    );
  }
}

/** More would be taken back than is left of the invoice. */
export class CreditExceedsInvoiceError extends CodezestDbError {
  /** What is left to take back, in the smallest unit of the currency. */
  readonly creditable: number;

  constructor(creditable: number) {
    super('CREDIT_EXCEEDS_INVOICE', 'More would be taken back than is left of the invoice. See creditable.');
    this.creditable = creditable;
  }
}

/** A discount changes the tax of an invoice, and only the caller knows how. */
export class TaxMissingError extends CodezestDbError {
  constructor() {
    super('TAX_MISSING', 'The invoice has tax. Say by `tax` how much there is on what the discount leaves.');
  }
}

/** The currency is not in the table of currencies. */
export class UnknownCurrencyError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'CURRENCY_UNKNOWN',
      'We do not charge in this currency: it is not in the table of currencies.',
      options,
    );
  }
}

/** The period of the subscription has an invoice that is not voided. */
export class PeriodAlreadyInvoicedError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'PERIOD_ALREADY_INVOICED',
      'This period of the subscription, or a part of it, has an invoice. Void it to write another, or give the reason of this one.',
      options,
    );
  }
}

/** An invoice would have been due before it was issued. */
export class InvalidDueDateError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('DUE_DATE_INVALID', 'An invoice is not due before it is issued. Give a `dueAt` to come.', options);
  }
}

/** Lines and discounts change with a draft only. */
export class InvoiceNotDraftError extends CodezestDbError {
  constructor() {
    super('INVOICE_NOT_DRAFT', 'The invoice is issued or voided, so it is final. Void it and write another.');
  }
}

/** Only an invoice that was sent and is neither paid nor voided is paid, and by a transaction only if it has a total. */
export class InvoiceNotPayableError extends CodezestDbError {
  constructor() {
    super(
      'INVOICE_NOT_PAYABLE',
      'The invoice is a draft, paid or voided, or has nothing to pay. Only one that was sent is paid, or one whose money went back.',
    );
  }
}

/** Money for the invoice is on its way, or has come in. */
export class PaymentInFlightError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'PAYMENT_IN_FLIGHT',
      'Money for this invoice is on its way or has come in. Let the transaction end, or refund it, first.',
      options,
    );
  }
}

/** The key stands for another request already. */
export class IdempotencyKeyReusedError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'IDEMPOTENCY_KEY_REUSED',
      'This idempotency key belongs to another request. Use a new one.',
      options,
    );
  }
}

/** Nothing would tell a repetition of the refund from another refund. */
export class RefundKeyMissingError extends CodezestDbError {
  constructor() {
    super(
      'REFUND_KEY_MISSING',
      'A refund needs a key, so that a repetition gives nothing back twice. Give `idempotencyKey` or `stripeRefundId`.',
    );
  }
}

/** More would be given back than is left of the payment. */
export class RefundExceedsPaymentError extends CodezestDbError {
  /** What is left to refund, in the smallest unit of the currency. */
  readonly refundable: number;

  constructor(refundable: number) {
    super('REFUND_EXCEEDS_PAYMENT', 'More would be given back than is left of the payment. See refundable.');
    this.refundable = refundable;
  }
}

/** A text holds what looks like the number of a payment card, which is nobody's to keep. */
export class CardNumberError extends CodezestDbError {
  /** `description`, for example. */
  readonly field: string;

  constructor(field: string, options: { cause?: unknown } = {}) {
    super(
      'CARD_NUMBER_REFUSED',
      `The field ${field} holds what looks like a card number. Leave it out: only its last four digits are kept.`,
      options,
    );
    this.field = field;
  }
}

/** A number of seconds or rows that is none. */
export class InvalidOptionError extends CodezestDbError {
  /** `graceSeconds`, for example. */
  readonly option: string;

  constructor(option: string, wanted: string) {
    super('OPTION_INVALID', `The option ${option} must be ${wanted}.`);
    this.option = option;
  }
}

/** The provider would go on charging a person who has been erased. */
export class SubscriptionRunningError extends CodezestDbError {
  constructor() {
    super(
      'SUBSCRIPTION_RUNNING',
      'The user has a subscription at the payment provider. Cancel it there, record that it has ended, then erase.',
    );
  }
}
