import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type BillingCycle, billingPeriodAt } from '../src/index.js';

const RUNS = process.env.LONG_TESTS ? 20_000 : 300;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Africa/Casablanca',
];

/** So many periods from an anchor on, as texts. */
function starts(cycle: BillingCycle, count: number): string[] {
  let { start, end } = billingPeriodAt(cycle, cycle.anchor);
  return Array.from({ length: count }, () => {
    const text = start.toISOString();
    ({ start, end } = billingPeriodAt(cycle, end));
    return text;
  });
}

describe('billingPeriodAt', () => {
  test('counts from the anchor: the end of a short month moves nothing', () => {
    const anchor = new Date('2027-01-31T10:00:00Z');

    expect(starts({ anchor, months: 1 }, 5).map((text) => text.slice(0, 10))).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
      '2027-05-31',
    ]);
    const leap = { anchor: new Date('2028-02-29T00:00:00Z'), months: 12 };
    expect(starts(leap, 5).map((text) => text.slice(0, 10))).toEqual([
      '2028-02-29',
      '2029-02-28',
      '2030-02-28',
      '2031-02-28',
      '2032-02-29',
    ]);
  });

  test('keeps the time of day where the customer lives', () => {
    const anchor = new Date('2027-01-31T23:30:00Z');

    // 1 February, 00:30 in Berlin; from 28 March on its summer time.
    expect(starts({ anchor, months: 1, timeZone: 'Europe/Berlin' }, 4)).toEqual([
      '2027-01-31T23:30:00.000Z',
      '2027-02-28T23:30:00.000Z',
      '2027-03-31T22:30:00.000Z',
      '2027-04-30T22:30:00.000Z',
    ]);
  });

  test(`is what Temporal adds, ${RUNS} times`, () => {
    const anchor = fc.date({ min: new Date('1990-01-01'), max: new Date('2037-01-01'), noInvalidDate: true });
    const cycle = fc.record({
      anchor,
      months: fc.constantFrom(1, 1, 3, 12),
      timeZone: fc.constantFrom(...ZONES),
    });

    fc.assert(
      fc.property(
        cycle,
        fc.integer({ min: 0, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (given, number, within) => {
          const zoned = Temporal.Instant.fromEpochMilliseconds(given.anchor.getTime()).toZonedDateTimeISO(
            given.timeZone,
          );
          const at = (count: number) => zoned.add({ months: count * given.months }).epochMilliseconds;
          const [start, end] = [at(number), at(number + 1)];
          const moment = new Date(start + Math.floor(within * (end - start - 1)));

          const period = billingPeriodAt(given, moment);

          expect([period.start.getTime(), period.end.getTime()]).toEqual([start, end]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('refuses what is no cycle', () => {
    const anchor = new Date('2027-01-31T10:00:00Z');
    const wrong: BillingCycle[] = [
      { anchor: new Date(Number.NaN), months: 1 },
      { anchor, months: 0 },
      { anchor, months: 1.5 },
      { anchor, months: 121 },
    ];

    for (const cycle of wrong)
      expect(() => billingPeriodAt(cycle, anchor)).toThrow(
        expect.objectContaining({ code: 'PERIOD_INVALID' }),
      );
    expect(() => billingPeriodAt({ anchor, months: 1 }, new Date(Number.NaN))).toThrow(
      expect.objectContaining({ code: 'PERIOD_INVALID' }),
    );
    expect(() => billingPeriodAt({ anchor, months: 1, timeZone: 'Mars/Base' }, anchor)).toThrow(
      expect.objectContaining({ code: 'TIME_ZONE_UNKNOWN' }),
    );
  });
});
