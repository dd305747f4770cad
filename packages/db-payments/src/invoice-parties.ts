import type { InvoiceParty, PaymentMeans } from './json-types.js';
import { InvalidPartyError } from './payment-errors.js';

/**
 * A seller or buyer that an invoice can name: with a name, a country, and in characters that XML has a place for.
 *
 * @throws {InvalidPartyError} PARTY_INVALID
 */
export function checkedParty(party: InvoiceParty, who: 'seller' | 'buyer'): InvoiceParty {
  requirePrintable(party, who);
  if (!/\S/.test(String(party.name ?? ''))) throw new InvalidPartyError(who, 'has a name');
  if (!/^[A-Z]{2}$/.test(String(party.address?.country ?? '')))
    throw new InvalidPartyError(who, 'has a country, in two capital letters as ISO 3166 has them');
  if (party.vatId !== undefined && !/^[A-Z]{2}[A-Z0-9 .+*-]{2,18}$/.test(party.vatId))
    throw new InvalidPartyError(who, 'has a VAT id that begins with its country, such as DE123456789');
  if (party.endpoint !== undefined && !(party.endpoint.value && party.endpoint.scheme))
    throw new InvalidPartyError(who, 'has an endpoint of a value and a scheme');
  return party;
}

/** @throws {InvalidPartyError} PARTY_INVALID */
export function checkedMeans(means: PaymentMeans): PaymentMeans {
  requirePrintable(means, 'paymentMeans');
  if (!/^(?:[1-9]\d?|ZZZ)$/.test(String(means.code)))
    throw new InvalidPartyError('paymentMeans', 'has a code of UNTDID 4461, such as 58');
  if ('last4' in means && !/^\d{4}$/.test(means.last4))
    throw new InvalidPartyError('paymentMeans', 'has the last four digits of the card');
  return means;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

function requirePrintable(value: unknown, who: string): void {
  if (typeof value !== 'object' || value === null) throw new InvalidPartyError(who, 'is an object');
  for (const each of Object.values(value)) {
    if (typeof each === 'object' && each !== null) requirePrintable(each, who);
    else if (each !== undefined && (typeof each !== 'string' || each === '' || NOT_IN_XML.test(each)))
      throw new InvalidPartyError(who, 'holds texts of printable characters');
  }
}
