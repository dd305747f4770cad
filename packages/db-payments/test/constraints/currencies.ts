import type { ConstraintCase } from '@codezest/constraint-tests';
import { cardNumber } from './rows.js';

const currency = (code: string, exponent: number, name = 'Unit of account'): string =>
  `INSERT INTO currencies (code, exponent, name) VALUES ('${code}', ${exponent}, '${name}');`;

export const currencies: ConstraintCase[] = [
  { object: 'currencies_code_check', refused: currency('eur', 2), allowed: currency('XDR', 2) },
  ...[-1, 5].map((exponent) => ({
    object: 'currencies_exponent_check',
    refused: currency('XDR', exponent),
    allowed: currency('XDR', 4),
  })),
  {
    object: 'currencies_name_card_number_check',
    refused: currency('XDR', 2, cardNumber),
    allowed: currency('XDR', 2, 'Special Drawing Right'),
  },
  ...["code = 'XDR'", 'exponent = 2'].map((change) => ({
    object: 'currencies_fixed_rule',
    refused: `UPDATE currencies SET ${change} WHERE code = 'JPY'`,
    allowed: `UPDATE currencies SET name = 'Japanese Yen' WHERE code = 'JPY'`,
  })),
];
