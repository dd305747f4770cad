import { describe, expect, it } from 'vitest';
import { InvalidPhoneNumberError, isPhoneNumber, parsePhoneNumber } from './phone-number.js';

const accepted: [text: string, number: string][] = [
  ['+4930123456', '+4930123456'],
  ['+49 30 / 12 34-56', '+4930123456'],
  ['+49 (0)30 123456', '+4930123456'],
  ['0049 30 123456', '+4930123456'],
  ['(+49) 30 123456', '+4930123456'],
  ['(0049) 30 123456', '+4930123456'],
  ['+44 (0) 20 7946 0958', '+442079460958'],
  ['+1 (415) 555-2671', '+14155552671'],
  ['+1.415.555.2671', '+14155552671'],
  ['tel:+1-201-555-0123', '+12015550123'],
  // Italy's zero belongs to the number.
  ['+39 (0)6 1234567', '+39061234567'],
  ['+39 06 1234567', '+39061234567'],
  ['٠٠٩٦٦ ٥٠ ١٢٣ ٤٥٦٧', '+966501234567'],
  ['+۹۸ ۹۱۲ ۳۴۵ ۶۷۸۹', '+989123456789'],
  ['＋８１　３－１２３４－５６７８', '+81312345678'],
  // As iOS puts it on the clipboard.
  ['\u202a+44 7911 123456\u202c', '+447911123456'],
  ['+33\u00a06\u202f12\u202f34\u202f56\u202f78', '+33612345678'],
  ['+49 30–123456', '+4930123456'],
  ['+683 4000', '+6834000'],
];

const refused = [
  '',
  '+',
  '030 123456',
  '(415) 555-2671',
  '011 49 30 123456',
  '+0 30 123456',
  '+12',
  '+1234567890123456',
  '+1 415 555 2671 x123',
  '+49 30 123,,4',
  '1-800-FLOWERS',
  '+49 ((30)) 123456',
  '+49 (30 123456',
  '+49 30 123456\0',
  'tel:+4930123456;ext=5',
  `+49${' '.repeat(1_000_000)}30123456`,
];

describe('parsePhoneNumber', () => {
  it.each(accepted)('reads %j as %s', (text, number) => {
    expect(parsePhoneNumber(text)).toBe(number);
    expect(isPhoneNumber(text)).toBe(text === number);
  });

  it.each([...refused, undefined, null, 4930123456])('refuses %j', (text) => {
    expect(() => parsePhoneNumber(text as string)).toThrow(InvalidPhoneNumberError);
    expect(isPhoneNumber(text)).toBe(false);
  });
});
