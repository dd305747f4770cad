import { rowsOf, statement } from '@codezest/db-core';
import { timeZoneNames } from '@codezest/db-types';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinQuietHours } from '../src/quiet-hours.js';
import { instantOf } from '../src/wall-clock.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
let changes: ClockChange[];

interface ClockChange {
  readonly zone: string;
  readonly instant: Temporal.Instant;
}

beforeAll(async () => {
  database = await createTestDatabase();
  const known = [...new Set(timeZoneNames().values())].flatMap((zone) => changesOf(zone));
  const shared = await knownToServer(known);
  // Three years of the zones that change their clocks; a release of tzdata that one side lacks costs a few.
  expect(shared.length).toBeGreaterThan(0.95 * known.length);
  expect(shared.length).toBeGreaterThan(600);
  // Zones that change alike are one case.
  const alike = ({ instant, zone }: ClockChange) =>
    [instant, ...[-1, 0].map((seconds) => offsetOf(zone, instant.add({ seconds })))].join();
  changes = [...new Map(shared.map((change) => [alike(change), change])).values()];
  expect(changes.length).toBeGreaterThan(60);
});
afterAll(() => database.drop());

function changesOf(zone: string): ClockChange[] {
  const found: ClockChange[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.from('2025-01-01T00:00Z').toZonedDateTimeISO(zone);
  for (;;) {
    at = at.getTimeZoneTransition('next');
    if (at === null || at.year > 2027) return found;
    found.push({ zone, instant: at.toInstant() });
  }
}

const offsetOf = (zone: string, instant: Temporal.Instant) =>
  instant.toZonedDateTimeISO(zone).offsetNanoseconds / 1e9;

const ask = <Row>(text: string, given: object[]) =>
  rowsOf(database.client, statement<Row>(`test.${text.length}`, text), [JSON.stringify(given)]);

/** Those where this server's tzdata has the same offsets before and after as Node's. */
async function knownToServer(all: ClockChange[]): Promise<ClockChange[]> {
  const offsets = await ask<{ before: number; after: number }>(
    `SELECT extract(epoch FROM ((at - interval '1 second') AT TIME ZONE zone) - ((at - interval '1 second') AT TIME ZONE 'UTC'))::int AS before,
       extract(epoch FROM (at AT TIME ZONE zone) - (at AT TIME ZONE 'UTC'))::int AS after
     FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (zone text, at timestamptz)) WITH ORDINALITY AS t(zone, at, n) ORDER BY n`,
    all.map(({ zone, instant }) => ({ zone, at: instant.toString() })),
  );
  return all.filter(
    ({ zone, instant }, n) =>
      offsets[n]?.after === offsetOf(zone, instant) &&
      offsets[n]?.before === offsetOf(zone, instant.subtract({ seconds: 1 })),
  );
}

const AROUND = [-180, -121, -60, -31, -30, -1, 0, 1, 29, 30, 59, 60, 61, 120, 180];
const minuteOf = ({ hour, minute }: Temporal.PlainTime) => hour * 60 + minute;

it('a local time around each change of a clock is the instant that Temporal calls compatible', async () => {
  const given = changes.flatMap(({ zone, instant }) =>
    AROUND.map((minutes) => ({
      zone,
      local: instant.toZonedDateTimeISO(zone).toPlainDateTime().add({ minutes }).toString(),
    })),
  );

  const found = await ask<{ at: Date }>(
    `SELECT ${instantOf('t.local', 't.zone')} AS at
     FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (zone text, local timestamp)) WITH ORDINALITY AS t(zone, local, n) ORDER BY n`,
    given,
  );

  const wrong = given.filter(
    ({ zone, local }, n) =>
      found[n]?.at.getTime() !==
      Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'compatible' })
        .epochMilliseconds,
  );
  expect(wrong).toEqual([]);
});

/** The end of the quiet hours that contain the moment, day by day with Temporal. */
function quietUntil(zone: string, at: Temporal.Instant, start: number, end: number): number | null {
  const today = at.toZonedDateTimeISO(zone).toPlainDate();
  const instantAt = (date: Temporal.PlainDate, minutes: number) =>
    date.toPlainDateTime().add({ minutes }).toZonedDateTime(zone, { disambiguation: 'compatible' })
      .epochMilliseconds;
  const ends = [-1, 0, 1].flatMap((days) => {
    const date = today.add({ days });
    const until = instantAt(date, end < start ? end + 1440 : end);
    return instantAt(date, start) <= at.epochMilliseconds && at.epochMilliseconds < until ? [until] : [];
  });
  return ends.length > 0 ? Math.max(...ends) : null;
}

it('quiet hours that begin or end in a changed hour hold exactly between those instants, in every zone', async () => {
  const given = changes.flatMap(({ zone, instant }, n) => {
    const wall = minuteOf(instant.toZonedDateTimeISO(zone).toPlainTime());
    const edge = (wall + (AROUND[n % AROUND.length] ?? 0) + 1440) % 1440;
    const other = (edge + 330) % 1440;
    return [-90, -30, -1, 0, 15, 45, 75, 150].flatMap((minutes) => {
      const at = instant.add({ minutes });
      return [
        { zone, at: at.toString(), quiet_hours_start: other, quiet_hours_end: edge },
        { zone, at: at.toString(), quiet_hours_start: edge, quiet_hours_end: other },
      ];
    });
  });

  const found = await ask<{ until: Date | null }>(
    `SELECT quiet.until
     FROM ROWS FROM (jsonb_to_recordset($1::jsonb)
       AS (zone text, at timestamptz, quiet_hours_start int, quiet_hours_end int)) WITH ORDINALITY
       AS p(time_zone, at, quiet_hours_start, quiet_hours_end, n)
     CROSS JOIN (SELECT NULL::text AS time_zone) AS r
     ${joinQuietHours('p.at')} ORDER BY p.n`,
    given,
  );

  const expected = given.map(({ zone, at, quiet_hours_start, quiet_hours_end }) =>
    quietUntil(zone, Temporal.Instant.from(at), quiet_hours_start, quiet_hours_end),
  );
  expect(expected.filter((until) => until !== null).length).toBeGreaterThan(given.length / 5);
  const wrong = given.filter((_, n) => (found[n]?.until?.getTime() ?? null) !== expected[n]);
  expect(wrong).toEqual([]);
});
