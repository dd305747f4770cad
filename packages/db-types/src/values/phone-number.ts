import { describe } from './describe.js';

/** A phone number in E.164: a plus sign, the country's code and the number, digits alone. */
export type PhoneNumber = string & { readonly __phoneNumber: true };

/** Text that is no international phone number. Answer it with 400. */
export class InvalidPhoneNumberError extends Error {
  override readonly name = 'InvalidPhoneNumberError';
  readonly code = 'PHONE_NUMBER_INVALID';

  constructor(received: unknown) {
    super(
      `Not a valid phone number: expected one with its country code such as +49 30 123456, got ${describe(received)}.`,
    );
  }
}

/**
 * The number that people type or a contact card holds: with spaces, dashes, dots, slashes and brackets, `00` for the plus
 * sign, the `(0)` of some countries, digits of other scripts, `tel:`.
 *
 * A number without its country code is refused, because the same digits ring elsewhere in each country: complete it
 * first, with libphonenumber and the country of the form. An extension is refused, because E.164 has none.
 *
 * Source: ITU-T E.164 (at most 15 digits); RFC 3966 (`tel:`).
 *
 * @throws {InvalidPhoneNumberError}
 * @example parsePhoneNumber('+49 (0)30 / 12 34-56') // +4930123456
 */
export function parsePhoneNumber(text: string): PhoneNumber {
  const number = typeof text === 'string' ? canonical(text) : undefined;
  if (number === undefined) throw new InvalidPhoneNumberError(text);
  return number;
}

/** True for what `parsePhoneNumber` returns unchanged. */
export function isPhoneNumber(value: unknown): value is PhoneNumber {
  return typeof value === 'string' && canonical(value) === value;
}

const E164 = /^\+[1-9][0-9]{6,14}$/;

// Space, direction marks that contact lists put around a number, dashes, dots, slashes.
const SEPARATORS =
  /[\s\u00ad\u00b7\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff./\u2010-\u2015\u2043\u2212\uff0d\uff0e\uff0f-]/g;

/** Where the ten digits of a script begin: Arabic, Persian, Devanagari, Bengali, Thai, Lao, Myanmar, Khmer, full width. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xed0, 0x1040, 0x17e0, 0xff10];

function canonical(text: string): PhoneNumber | undefined {
  // Longer than any number with its separators, so that nothing below works on a megabyte.
  if (text.length > 100) return undefined;
  const typed = Array.from(text, asciiOf)
    .join('')
    .replace(/^\s*tel:/i, '')
    .replace(SEPARATORS, '');
  const international = typed
    .replace(/^\(\+/, '+(')
    .replace(/^\+?\(?00/, (exit) => (exit.includes('(') ? '+(' : '+'));
  const number = withoutTrunkZero(international).replace(BRACKETED, '$1');
  return E164.test(number) ? (number as PhoneNumber) : undefined;
}

// Brackets around digits, closed and not nested.
const BRACKETED = /\(([0-9]+)\)/g;

/** `+49 (0)30`: the zero is dialled within the country alone. Italy's numbers keep theirs. */
function withoutTrunkZero(number: string): string {
  return /^\+\(?(?:39|378|379)\)?\(0\)/.test(number)
    ? number
    : number.replace(/^(\+\(?[1-9][0-9]{0,2}\)?)\(0\)/, '$1');
}

function asciiOf(character: string): string {
  if (character === '\uff0b') return '+';
  if (character === '\uff08') return '(';
  if (character === '\uff09') return ')';
  const code = character.codePointAt(0) as number;
  const zero = ZEROS.find((each) => code >= each && code < each + 10);
  return zero === undefined ? character : String(code - zero);
}
