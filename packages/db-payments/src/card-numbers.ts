import { databaseErrorFacts } from '@codezest/db-core';
import { CardNumberError } from './payment-errors.js';

/** Constraint by constraint, the field that it guards. */
const FIELDS: Readonly<Record<string, string>> = {
  subscriptions_metadata_card_number_check: 'metadata',
  invoice_lines_description_card_number_check: 'description',
  invoices_parties_card_number_check: 'seller, buyer or paymentMeans',
  invoices_note_card_number_check: 'note',
  invoice_taxes_exemption_reason_card_number_check: 'exemptionReason',
  transactions_description_card_number_check: 'description',
  transactions_failure_code_card_number_check: 'failureCode',
  transactions_failure_message_card_number_check: 'failureMessage',
  refunds_reason_card_number_check: 'reason',
  refunds_failure_reason_card_number_check: 'failureReason',
  disputes_reason_card_number_check: 'reason',
  idempotency_keys_response_body_card_number_check: 'body',
};

/** The same work, whose refusal of a text with a card number names the field. */
export async function refusingCardNumbers<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((cause: unknown) => {
    const field = FIELDS[databaseErrorFacts(cause).constraint ?? ''];
    throw field === undefined ? cause : new CardNumberError(field, { cause });
  });
}
