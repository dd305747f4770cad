import { rowsOf, statement } from '@codezest/db-core';
import { timeZoneNames } from '@codezest/db-types';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newUser } from './fixtures.js';

const HISTORIES = process.env.LONG_TESTS ? 10_000 : 1_000;
const HOUR = 3_600_000;
const YEARS = [Date.UTC(2025, 0, 1), Date.UTC(2028, 0, 1)] as const;

interface Activity {
  readonly at: number;
  readonly zone: string;
}

/** A user's activities, in the order in which they arrive. */
interface History {
  readonly user: string;
  readonly activities: readonly Activity[];
}

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const all = [...new Set(timeZoneNames().values())].sort();
  zones = await knownToServer(all);
  // A release of tzdata that one side lacks costs a few.
  expect(zones.length).toBeGreaterThan(0.95 * all.length);
});
afterAll(() => database.drop());

let zones: string[];

/** The same numbers at each run: a failure can be run again. */
let state = 20_251_026;
const upTo = (limit: number) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
};
const oneOf = <Item>(items: readonly Item[]) => items[upTo(items.length)] as Item;

/** When the clocks of a zone change in these years; of one that has none, some noon. */
function changesOf(zone: string): number[] {
  const changes: number[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(YEARS[0]).toZonedDateTimeISO(
    zone,
  );
  for (;;) {
    at = at.getTimeZoneTransition('next');
    if (at === null || at.epochMilliseconds >= YEARS[1]) break;
    changes.push(at.epochMilliseconds);
  }
  return changes.length > 0 ? changes : [YEARS[0] + upTo(1_000) * 24 * HOUR];
}

/** Those that change their clocks around a midnight: there a date may begin twice, or not at 0 o’clock. */
const changingAtNight = () =>
  zones.filter((zone) =>
    changesOf(zone).some((change) => {
      const { hour } = Temporal.Instant.fromEpochMilliseconds(change - 1).toZonedDateTimeISO(zone);
      return (hour >= 22 || hour < 2) && changesOf(zone).length > 1;
    }),
  );

const offsets = statement<{ zone: string; minutes: number[] }>(
  'test.offsets',
  `SELECT zone, array_agg(extract(epoch FROM (at AT TIME ZONE zone) - (at AT TIME ZONE 'UTC'))::int / 60 ORDER BY at) AS minutes
   FROM unnest($1::text[]) AS zone, unnest($2::timestamptz[]) AS at GROUP BY zone`,
);

/** Zones of which this server's tzdata says the same as Node's, week by week. */
async function knownToServer(names: readonly string[]): Promise<string[]> {
  const weeks = Array.from({ length: 157 }, (_, n) => YEARS[0] + n * 7 * 24 * HOUR);
  const said = await rowsOf(database.client, offsets, [names, weeks.map((at) => new Date(at).toISOString())]);
  const offsetOf = (zone: string, at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 6e10;
  return said
    .filter(({ zone, minutes }) => weeks.every((at, n) => Math.trunc(offsetOf(zone, at)) === minutes[n]))
    .map(({ zone }) => zone)
    .sort();
}

/** Around a change of the clocks, most of it in the hours around midnights. */
function historyIn(zone: string, travels: boolean): History {
  const change = oneOf(changesOf(zone));
  const date = dateOf(change, zone);
  const activities = Array.from({ length: 3 + upTo(9) }, () => {
    const near = upTo(2) === 0 ? change : midnight(date.add({ days: upTo(7) - 3 }), zone);
    return { at: near + upTo(5 * HOUR) - 2.5 * HOUR, zone: travels && upTo(3) === 0 ? oneOf(zones) : zone };
  });
  // Most arrive as they happen, some late.
  if (upTo(3) > 0) activities.sort((one, other) => one.at - other.at);
  return { user: newUser(), activities };
}

const marked = statement<{ user: string; streak: number; longest: number }>(
  'test.streaks',
  `WITH marked AS MATERIALIZED (
     SELECT a.user, count(rules.mark_day(a.user, a.at, a.zone)) FROM (
       SELECT g.* FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS ("user" uuid, at timestamptz, zone text)) WITH ORDINALITY
         AS g("user", at, zone, n) ORDER BY n
     ) AS a GROUP BY a.user
   ) SELECT "user" FROM marked`,
);
const counted = statement<{ user: string; streak: number; longest: number }>(
  'test.streaks_counted',
  `SELECT u.id AS user, s.streak, s.longest FROM unnest($1::uuid[]) AS u(id) CROSS JOIN LATERAL rules.streaks_of(u.id) AS s`,
);

/** Days, from midnight to midnight in the zone of their first activity, and how many follow one another. */
function recomputed({ activities }: History): { streak: number; longest: number } {
  const days: { date: Temporal.PlainDate; zone: string; from: number; to: number; last: number }[] = [];
  for (const { at, zone } of activities) {
    const date = dateOf(at, zone);
    const day =
      days.toSorted(inOrder).find(({ from, to }) => from <= at && at < to) ??
      days.find((each) => each.date.equals(date));
    if (day) day.last = Math.max(day.last, at);
    else
      days.push({
        date,
        zone,
        from: midnight(date, zone),
        to: midnight(date.add({ days: 1 }), zone),
        last: at,
      });
  }
  const runs: number[] = [];
  let before: (typeof days)[number] | undefined;
  for (const day of days.toSorted(inOrder)) {
    const follows =
      before !== undefined &&
      (day.date.equals(before.date.add({ days: 1 })) ||
        Temporal.PlainDate.compare(day.date, dateOf(before.last, day.zone).add({ days: 1 })) <= 0);
    runs.push(follows ? (runs.pop() as number) + 1 : 1);
    before = day;
  }
  return { streak: runs.at(-1) as number, longest: Math.max(...runs) };
}

const inOrder = (one: { date: Temporal.PlainDate }, other: { date: Temporal.PlainDate }) =>
  Temporal.PlainDate.compare(one.date, other.date);
const dateOf = (at: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
const midnight = (date: Temporal.PlainDate, zone: string) => date.toZonedDateTime(zone).epochMilliseconds;

it(`${HISTORIES.toLocaleString('en')} histories around the changes of all zones’ clocks, 2025 to 2027: streaks are those that Temporal gives`, {
  timeout: 900_000,
}, async () => {
  const nightly = changingAtNight();
  expect(zones.length).toBeGreaterThan(400);
  expect(nightly.length).toBeGreaterThan(5);
  const histories = Array.from({ length: HISTORIES }, (_, n) =>
    historyIn((n % 2 ? oneOf(nightly) : zones[(n / 2) % zones.length]) as string, n % 3 === 0),
  );
  const wrong: object[] = [];
  for (let start = 0; start < histories.length; start += 200) {
    const batch = histories.slice(start, start + 200);
    const given = batch.flatMap(({ user, activities }) =>
      activities.map(({ at, zone }) => ({ user, at: new Date(at).toISOString(), zone })),
    );
    await rowsOf(database.owner.client, marked, [JSON.stringify(given)]);
    const seen = new Map(
      (await rowsOf(database.owner.client, counted, [batch.map(({ user }) => user)])).map((row) => [
        row.user,
        row,
      ]),
    );
    for (const history of batch) {
      const { streak, longest } = seen.get(history.user) ?? {};
      const expected = recomputed(history);
      if (streak !== expected.streak || longest !== expected.longest)
        wrong.push({
          expected,
          seen: { streak, longest },
          activities: history.activities.map(({ at, zone }) => `${new Date(at).toISOString()} ${zone}`),
        });
    }
  }
  expect(wrong).toEqual([]);
});
