import { join } from 'node:path';
import { executeCli } from '@codezest/db-core/cli';
import { CALLERS, createRacingDatabase, ROUNDS, race } from '@codezest/db-core/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createClient,
  dropPartitionsBefore,
  emptyDefaultPartition,
  ensurePartitions,
  listActivity,
  recordActivities,
} from '../src/index.js';
import { addPartitionCommands } from '../src/partition-commands.js';
import { createTestDatabase as createOwnedDatabase } from '../src/testing.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { badge, newUser, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

async function run(
  args: string,
  env: Record<string, string> = { ACTIVITY_DATABASE_URL: database.owner.url },
) {
  let out = '';
  let errors = '';
  const code = await executeCli(
    {
      service: 'activity',
      package: join(import.meta.dirname, '..'),
      addCommands: addPartitionCommands,
    },
    {
      argv: args.split(' '),
      env,
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (errors += text) },
    },
  );
  return { code, out, errors };
}

describe('partitions', () => {
  it('are ensured and dropped by month in UTC, with their rows', async () => {
    const user = newUser();
    await recordActivities(database.client, [badge(user, '2020-01-31T23:59:59Z'), badge(user, '2020-02-01')]);

    const made = await ensurePartitions(
      database.owner.client,
      new Date('2020-01-31T23:59:59Z'),
      new Date('2020-02-01T00:00:00Z'),
    );
    const dropped = await dropPartitionsBefore(database.owner.client, new Date('2020-02-29T23:59:59Z'));

    expect(made).toBe(4);
    expect(dropped).toEqual(['analytics_events_2020_01', 'user_activities_2020_01']);
    expect((await listActivity(database.client, user)).items).toHaveLength(1);
  });

  it(`are made once and dropped once by ${CALLERS} at once, ${ROUNDS} rounds`, async () => {
    const owned = await createRacingDatabase(createOwnedDatabase, createClient);
    const [first, end] = [new Date('2019-01-01T00:00:00Z'), new Date('2019-02-01T00:00:00Z')];
    for (let round = 0; round < ROUNDS; round += 1) {
      const made = await race(() => ensurePartitions(owned.client, first, first));
      await race(() => emptyDefaultPartition(owned.client));
      const dropped = await race(() => dropPartitionsBefore(owned.client, end));

      expect([made.refused, dropped.refused]).toEqual([{}, {}]);
      expect(made.won.filter((count) => count > 0)).toEqual([2]);
      expect(dropped.won.filter((names) => names.length > 0)).toEqual([
        ['analytics_events_2019_01', 'user_activities_2019_01'],
      ]);
    }
    await owned.drop();
  });

  it('of months that are not over cannot be dropped by mistake', async () => {
    expect(await refusal(dropPartitionsBefore(database.owner.client, new Date(Date.now() + 60_000)))).toBe(
      'RETENTION_TOO_SHORT',
    );
  });
});

describe('the commands', () => {
  it('make the months that come, once', async () => {
    const first = await run('partitions ensure --ahead 5 --json');
    const second = await run('partitions ensure --ahead 5');

    expect(first).toMatchObject({ code: 0, errors: '' });
    const { made, lastMonth } = JSON.parse(first.out);
    expect(made).toBeGreaterThanOrEqual(4);
    expect(second.out).toBe(`0 made. There are partitions until ${lastMonth}.\n`);
  });

  it('make old months, and drop them', async () => {
    const made = await run('partitions ensure --from 2018-11 --ahead 0 --json');
    const dropped = await run('partitions drop --before 2018-12');

    expect(JSON.parse(made.out).made).toBeGreaterThan(0);
    expect(dropped).toEqual({
      code: 0,
      out: 'analytics_events_2018_11\nuser_activities_2018_11\n2 dropped.\n',
      errors: '',
    });
  });

  it('do all that a schedule needs at once: what comes, what waits, what is over', async () => {
    const user = newUser();
    const at = new Date();
    at.setUTCMonth(at.getUTCMonth() - 30, 15);
    const kept = badge(user, at);
    await recordActivities(database.client, [kept, badge(user, '2016-05-05')]);

    const first = await run('partitions run --ahead 1 --keep 36 --json');
    const second = await run('partitions run --ahead 1 --keep 36');

    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(JSON.parse(first.out).dropped).toContain('user_activities_2016_05');
    expect(second.out).toMatch(/^0 made, 0 dropped\. There are partitions until 20\d\d-\d\d\.\n$/);
    expect((await listActivity(database.client, user)).items.map(({ id }) => id)).toEqual([kept.id]);
    const waiting = await database.owner.client.$queryRaw`SELECT * FROM partitions.waiting()`;
    expect(waiting).toEqual([]);
    expect((await run('partitions run --keep 0')).errors).toContain('how many months to keep');
  });

  it('say what is wrong, and drop nothing', async () => {
    expect(await run('partitions drop')).toMatchObject({ code: 1, out: '' });
    expect((await run('partitions drop --before yesterday')).errors).toContain('Write a month as 2026-11.');
    expect((await run('partitions ensure --ahead -1')).code).toBe(1);
    expect((await run('partitions drop --before 9999-01')).errors).toContain('months that are over');
    expect((await run('partitions ensure', {})).code).toBe(5);
  });

  it('end with 3 when somebody else holds the tables', async () => {
    const other = new Client({ connectionString: database.owner.url });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE partitions.user_activities_default IN ACCESS SHARE MODE');

    const { code } = await run('partitions ensure --from 2017-01 --ahead 0 --wait 0');
    await other.end();

    expect(code).toBe(3);
  });
});
