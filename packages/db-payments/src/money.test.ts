import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAmount, parseAmount, percentageOf } from './money.js';

const yen = { code: 'JPY', exponent: 0 };
const euro = { code: 'EUR', exponent: 2 };
const dinar = { code: 'KWD', exponent: 3 };
const currency = fc.constantFrom(yen, euro, dinar);
const amount = fc.integer({ min: 0, max: 999_999_999_999 });

const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe('amounts', () => {
  test('are written with the decimals of their currency', () => {
    expect([yen, euro, dinar].map((unit) => formatAmount(1234, unit))).toEqual(['1234', '12.34', '1.234']);
    expect([yen, euro, dinar].map((unit) => formatAmount(5, unit))).toEqual(['5', '0.05', '0.005']);
    expect(formatAmount(-5, euro)).toBe('-0.05');
    expect(formatAmount(900_719_925_474_099_312n, euro)).toBe('9007199254740993.12');
  });

  test('are read back as they were written', () => {
    fc.assert(
      fc.property(amount, currency, (value, unit) => {
        expect(parseAmount(formatAmount(value, unit), unit)).toBe(value);
      }),
      { numRuns: 10_000 },
    );
  });

  test('have their decimals filled up', () => {
    expect(parseAmount('19.9', euro)).toBe(1990);
    expect(parseAmount('19', dinar)).toBe(19_000);
  });

  test.each(['', '1,50', '1.234', '-1', '+1', '1e3', ' 1', '.5', '1.', '0x10', '10000000000.00', '٣'])(
    '%j is none in euro',
    (text) => {
      expect(codeOf(() => parseAmount(text, euro))).toBe('AMOUNT_INVALID');
    },
  );

  test('of a currency without a number of decimals are refused, as are values that are no text', () => {
    for (const exponent of [-1, 5, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(codeOf(() => parseAmount('1', { ...euro, exponent }))).toBe('AMOUNT_INVALID');
      expect(codeOf(() => formatAmount(1, { ...euro, exponent }))).toBe('AMOUNT_INVALID');
    }
    for (const value of [null, 1, { toString: () => '1' }, ['1']] as unknown as string[]) {
      expect(codeOf(() => parseAmount(value, euro))).toBe('AMOUNT_INVALID');
      expect(codeOf(() => percentageOf(1, value))).toBe('AMOUNT_INVALID');
    }
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s is none to be written', (value) => {
    expect(codeOf(() => formatAmount(value, euro))).toBe('AMOUNT_INVALID');
  });
});

describe('percentages', () => {
  test('are rounded half up', () => {
    expect(percentageOf(1700, '19')).toBe(323);
    expect(percentageOf(50, '1')).toBe(1);
    expect(percentageOf(49, '1')).toBe(0);
    expect(percentageOf(1000, '8.875')).toBe(89);
    expect(percentageOf(999_999_999_999, '100')).toBe(999_999_999_999);
    expect(codeOf(() => percentageOf(999_999_999_999, '100.0000000001'))).toBe('AMOUNT_INVALID');
  });

  test('of an amount and what is left add up to it', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 100 }), (value, percent) => {
        const share = percentageOf(value, String(percent));

        expect(Number.isInteger(share) && share >= 0 && share <= value).toBe(true);
        expect(Math.abs(share * 100 - value * percent)).toBeLessThanOrEqual(50);
      }),
      { numRuns: 10_000 },
    );
  });

  test.each(['', '-1', '19 %', '1e2'])('%j is none', (percent) => {
    expect(codeOf(() => percentageOf(100, percent))).toBe('AMOUNT_INVALID');
  });
});
