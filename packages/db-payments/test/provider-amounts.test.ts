import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromProviderAmount, includedTax, netAmounts, percentageOf, toProviderAmount } from '../src/index.js';

const unit = (code: string, exponent: number) => ({ code, exponent });

describe('an amount at the provider', () => {
  test.each([
    ['EUR', 2, 1234, 1234],
    ['JPY', 0, 500, 500],
    ['ISK', 0, 5, 500],
    ['UGX', 0, 1000, 100_000],
    ['MGA', 2, 10_000, 100],
    ['KWD', 3, 1230, 1230],
    ['HUF', 2, 189_230, 189_230],
    ['TWD', 2, 80_045, 80_045],
  ])('%s with %i decimals: %i is %i, and back', (code, exponent, ours, theirs) => {
    expect(toProviderAmount(ours, unit(code, exponent))).toBe(theirs);
    expect(fromProviderAmount(theirs, unit(code, exponent))).toBe(ours);
  });

  test('is refused where the provider cannot take it', () => {
    const refused = (work: () => unknown) =>
      expect(work).toThrow(expect.objectContaining({ code: 'AMOUNT_INVALID' }));
    for (const code of ['BHD', 'JOD', 'KWD', 'OMR', 'TND'])
      refused(() => toProviderAmount(1234, unit(code, 3)));
    refused(() => toProviderAmount(10_050, unit('MGA', 2)));
    for (const code of ['HUF', 'TWD'])
      refused(() => toProviderAmount(1050, unit(code, 2), { purpose: 'payout' }));
    refused(() => toProviderAmount(1, unit('CLF', 4)));
    refused(() => fromProviderAmount(550, unit('ISK', 0)));
    for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      refused(() => toProviderAmount(amount, unit('EUR', 2)));
      refused(() => fromProviderAmount(amount, unit('EUR', 2)));
    }
    expect(toProviderAmount(1000, unit('HUF', 2), { purpose: 'payout' })).toBe(1000);
  });
});

describe('tax within a price', () => {
  const amounts = fc.integer({ min: -2_000_000, max: 2_000_000 });
  const percent = fc.constantFrom('0', '7', '19', '8.875', '25', '27');

  test('is 1.60 of 9.99 at 19 %', () => {
    expect(includedTax(999, '19')).toBe(160);
    expect(includedTax(-999, '19')).toBe(-160);
    expect(() => includedTax(999, '19 %')).toThrow(expect.objectContaining({ code: 'AMOUNT_INVALID' }));
  });

  test('and the net are the price, and the tax on the net is off by a unit at most', () => {
    fc.assert(
      fc.property(amounts, percent, (gross, rate) => {
        const net = gross - includedTax(gross, rate);
        expect(Math.abs(percentageOf(net, rate) - includedTax(gross, rate))).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('leaves net amounts of lines that add up', () => {
    expect(netAmounts([999, 999, 999], '19')).toEqual([839, 840, 839]);
    fc.assert(
      fc.property(fc.array(amounts, { maxLength: 50 }), percent, (gross, rate) => {
        const total = gross.reduce((sum, each) => sum + each, 0);
        const net = netAmounts(gross, rate).reduce((sum, each) => sum + each, 0);
        expect(net).toBe(total - includedTax(total, rate));
      }),
    );
  });
});
