import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prorationLines } from '../src/index.js';
import { february, january } from './fixtures.js';

const period = { start: january, end: february };
const pro = { description: 'PRO', unitAmount: 1900 };
const enterprise = { description: 'ENTERPRISE', unitAmount: 9900 };
const sum = (lines: readonly { unitAmount: number }[]) =>
  lines.reduce((all, { unitAmount }) => all + unitAmount, 0);

describe('prorationLines', () => {
  test('credits what was not used, and charges the rest', () => {
    const at = new Date('2026-01-16T12:00:00Z');

    expect(prorationLines({ period, at, from: pro, to: enterprise })).toEqual([
      { description: 'PRO', unitAmount: -950 },
      { description: 'ENTERPRISE', unitAmount: 4950 },
    ]);
    expect(prorationLines({ period, at, to: { ...pro, quantity: 3 } })).toEqual([
      { description: 'PRO', unitAmount: 2850 },
    ]);
    expect(prorationLines({ period, at: february, from: pro })).toEqual([
      { description: 'PRO', unitAmount: 0 },
    ]);
    expect(prorationLines({ period, at: january, from: pro })).toEqual([
      { description: 'PRO', unitAmount: -1900 },
    ]);
  });

  test('comes to nothing for the same price, for a change and its opposite, and never to more than the price', () => {
    const price = fc.record({
      description: fc.constant('PRO'),
      unitAmount: fc.integer({ min: 0, max: 999_999_999 }),
      quantity: fc.integer({ min: 0, max: 1000 }),
    });
    const moment = fc.integer({ min: january.getTime(), max: february.getTime() });

    fc.assert(
      fc.property(price, price, moment, (from, to, time) => {
        const at = new Date(time);
        expect(sum(prorationLines({ period, at, from, to: from }))).toBe(0);
        expect(
          sum([
            ...prorationLines({ period, at, from, to }),
            ...prorationLines({ period, at, from: to, to: from }),
          ]),
        ).toBe(0);
        const [credit] = prorationLines({ period, at, from });
        expect(Math.abs(credit?.unitAmount ?? 0)).toBeLessThanOrEqual(from.unitAmount * from.quantity);
      }),
    );
  });

  test('refuses a moment outside the period, and what is no amount', () => {
    const outside = new Date('2026-02-01T00:00:00.001Z');

    expect(() => prorationLines({ period, at: outside, from: pro })).toThrow(
      expect.objectContaining({ code: 'PERIOD_INVALID' }),
    );
    expect(() => prorationLines({ period, at: january, from: { ...pro, unitAmount: 0.5 } })).toThrow(
      expect.objectContaining({ code: 'AMOUNT_INVALID' }),
    );
  });
});
