import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backfill, backfillStatus, migrate, pauseBackfill, systemClock } from '../../src/migrations/index.js';
import { createScratch, type Scratch } from '../migrations/scratch.js';

const fill = '20260102000000_fill';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
  scratch.write(
    '20260101000000_table',
    'CREATE TABLE a (id int); INSERT INTO a SELECT generate_series(1, 9);',
  );
  await migrate(scratch.options());
});
afterEach(() => scratch.drop());

const pause = (paused: boolean): Promise<void> => pauseBackfill({ ...scratch.options(), name: fill, paused });
const writeFill = (seconds: number): void =>
  writeFileSync(
    join(scratch.directory, `${fill}.data.sql`),
    `-- batch: 1
-- pause: 1
WITH batch AS (
  SELECT id FROM a, pg_sleep(${seconds}) WHERE id > coalesce($1::int, 0) ORDER BY id LIMIT $2
) SELECT max(id)::text AS cursor, count(*) AS rows FROM batch`,
  );

test('the switch does not wait for a slow batch, which is when it is needed', async () => {
  writeFill(0.7);
  await scratch.query(`ALTER DATABASE ${new URL(scratch.url).pathname.slice(1)} SET lock_timeout = '50ms'`);
  const hurried = { ...systemClock, sleep: () => Promise.resolve() };
  const ended = backfill(scratch.options({ clock: hurried })).catch((error: unknown) => error);
  await insideABatch();

  await pause(true);

  expect(await sleeping()).toBe(true);
  expect(await backfillStatus(scratch.options())).toMatchObject([{ name: fill, state: 'paused' }]);
  expect(await ended).toMatchObject({ code: 'BACKFILL_PAUSED' });
  expect(await backfillStatus(scratch.options())).toMatchObject([{ state: 'paused', rows: 1, cursor: '1' }]);
});

test('one that is paused before it ever ran has not begun, and a pause given twice is one', async () => {
  writeFill(0);
  await pause(true);
  await pause(true);
  expect(await backfillStatus(scratch.options())).toMatchObject([{ state: 'paused', rows: 0 }]);
  await expect(backfill(scratch.options())).rejects.toMatchObject({ code: 'BACKFILL_PAUSED' });

  await pause(false);

  expect(await backfillStatus(scratch.options())).toMatchObject([{ state: 'pending', rows: 0 }]);
});

async function sleeping(): Promise<boolean> {
  const sleepers = await scratch.query(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
  );
  return sleepers.length > 0;
}

async function insideABatch(): Promise<void> {
  while (!(await sleeping())) await new Promise((resolve) => setTimeout(resolve, 10));
}
