import { listActivity, listAllActivity, type PrismaClient } from '@codezest/db-activity';
import type { UserId } from '@codezest/db-types';
import pg from 'pg';
import { createActivityDatabase } from './activity-database.js';
import type { Benchmark, Ratio } from './benchmark.js';
import { p50 } from './measure.js';

const million = 1_000_000;
// A prime, so that who has a row does not depend on which rows the busiest user has.
const userCount = 997;

/** Pages of the feed while the table grows by the power of ten, over the same two years. */
export const feed: Benchmark = {
  name: 'feed',
  summary: 'latest 20 and the next page at 100 thousand, 1 million and (--large) 10 million rows',

  async run({ effort, large, progress }) {
    const sizes = [million / 10, million, ...(large ? [10 * million] : [])];
    const database = await createActivityDatabase();
    const filling = new pg.Client({ connectionString: database.url });
    await filling.connect();

    const measured: Record<string, number>[] = [];
    let filled = 0;
    for (const size of sizes) {
      for (; filled < size; filled += million / 10) {
        progress(`filling: ${(filled / million).toFixed(1)} of ${size / million} million rows`);
        await fill(filling, filled, filled + million / 10);
      }
      progress(`gathering statistics of ${size / million} million rows`);
      await filling.query('VACUUM ANALYZE user_activities');
      measured.push(await pagesOf(database.client, effort * 200, progress));
    }
    await filling.end();
    await database.drop();

    const pages = Object.keys(measured[0] ?? {});
    const growth = (page: string, to: number) =>
      (measured[to]?.[page] ?? Number.NaN) / (measured[to - 1]?.[page] ?? Number.NaN);
    return {
      server: database.server,
      tables: [
        {
          title: 'Half of the pages came within so many ms',
          columns: ['page', ...sizes.map((size) => `${size / million} M rows`)],
          rows: pages.map((page) => [page, ...measured.map((figures) => figures[page] ?? Number.NaN)]),
        },
      ],
      ratios: sizes.slice(1).flatMap((size, index) =>
        pages.map(
          (page): Ratio => ({
            name: `${page}, ${(sizes[index] ?? 0) / million} M → ${size / million} M rows`,
            value: growth(page, index + 1),
            aim: { atMost: 3 },
          }),
        ),
      ),
    };
  },
};

async function pagesOf(
  client: PrismaClient,
  times: number,
  progress: (line: string) => void,
): Promise<Record<string, number>> {
  const anyUser = (turn: number) => userOf(((turn + userCount) * 7_919) % userCount);
  const next = async (userId: UserId, pages = 1): Promise<string | null> => {
    let cursor: string | null = null;
    for (let page = 0; page < pages; page += 1) {
      cursor = (await listActivity(client, userId, { limit: 20, cursor })).nextCursor;
    }
    return cursor;
  };
  const cursors = await Promise.all(
    Array.from({ length: times + 10 }, (_, turn) => next(anyUser(turn - 10))),
  );
  const farDown = await next(busiest, 100);
  const ways: Record<string, (turn: number) => Promise<unknown>> = {
    'latest 20, any user': (turn) => listActivity(client, anyUser(turn)),
    'next page, any user': (turn) =>
      listActivity(client, anyUser(turn), { cursor: cursors[turn + 10] ?? null }),
    'latest 20, busiest user': () => listActivity(client, busiest),
    'page 101, busiest user': () => listActivity(client, busiest, { cursor: farDown }),
    'latest 20, everybody': () => listAllActivity(client),
  };
  const figures: Record<string, number> = {};
  for (const [page, call] of Object.entries(ways)) {
    progress(page);
    figures[page] = await p50(times, call);
  }
  return figures;
}

const userOf = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as UserId;

/** Has one row in twenty. */
const busiest = userOf(0);

/** Rows at random moments of the last two years. */
async function fill(client: pg.Client, from: number, to: number): Promise<void> {
  await client.query(
    `INSERT INTO user_activities (id, created_at, user_id, type, description, metadata)
     SELECT id, rules.uuid_v7_time(id),
       ('01900000-0000-7000-8000-' || lpad(to_hex(CASE WHEN n % 20 = 0 THEN 0 ELSE n * 7919::bigint % ${userCount} END), 12, '0'))::uuid,
       (enum_range(NULL::"ActivityType"))[1 + n % 11], 'Earned the badge “A week in a row”', '{"badge": "A week in a row"}'
     FROM (
       SELECT n, (lpad(to_hex(at), 12, '0') || '7' || lpad(to_hex(n / 65536), 3, '0') || '8000' || lpad(to_hex(n), 12, '0'))::uuid AS id
       FROM (
         SELECT n, (extract(epoch FROM now()) * 1000 - random() * 63072000000)::bigint AS at
         FROM generate_series($1::int, $2::int - 1) AS n
       ) AS moment ORDER BY at
     ) AS event`,
    [from, to],
  );
}
