import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, waitForDatabase } from '../../src/migrations/index.js';
import { bundleCommandLine, createScratchPackage } from '../cli/command-line.js';
import { startProxy } from './proxy.js';
import type { Scratch } from './scratch.js';

const first = '20260101000000_first';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratchPackage();
  scratch.write(first, 'CREATE TABLE a (id int);');
});
afterEach(() => scratch.drop());

test('a database that starts later is waited for, without a change in it', async () => {
  const reserved = await startProxy(scratch.url);
  await reserved.close();
  const { port } = new URL(reserved.url);
  let entrance: Awaited<ReturnType<typeof startProxy>> | undefined;

  await waitForDatabase(
    scratch.options({
      url: reserved.url,
      log: () => {
        void startProxy(scratch.url, Number(port)).then((started) => {
          entrance = started;
        });
      },
    }),
  );

  await entrance?.close();
  expect(await scratch.query("SELECT to_regclass('_prisma_migrations') AS t")).toEqual([{ t: null }]);
});

test('who waits for the migration gets on when another process has applied it', async () => {
  const waiting = waitForDatabase({
    ...scratch.options({
      log: (event) => {
        scratch.events.push(event);
        if (event.type === 'waiting-for-migration') void migrate(scratch.options());
      },
    }),
    migrated: true,
  });

  await waiting;
  expect(scratch.events[0]?.message).toBe(`waiting until somebody applies ${first}`);
});

test('a migration that nobody applies ends the wait, and a contradiction ends it at once', async () => {
  const wait = (waitMs: number): Promise<void> =>
    waitForDatabase({ ...scratch.options({ waitMs }), migrated: true });
  await expect(wait(10)).rejects.toMatchObject({ code: 'MIGRATION_PENDING', migration: first });

  await migrate(scratch.options());
  scratch.write(first, 'CREATE TABLE b (id int);');
  await expect(wait(60_000)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
});

test('as a command: exit code 0, 2 for a pending migration, 5 for no database', async () => {
  const cli = await bundleCommandLine();
  const codes: (number | null)[] = [];
  const nowhere = { AUTH_DATABASE_URL: 'postgresql://127.0.0.1:1/x' };
  for (const [args, env] of [
    [['wait'], {}],
    [['wait', '--migrated', '--timeout', '0'], {}],
    [['wait', '--timeout', '0'], nowhere],
  ] as const) {
    codes.push((await cli.run(scratch, [...args], env)).code);
  }
  await migrate(scratch.options());
  const ready = await cli.run(scratch, ['wait', '--migrated', '--json']);
  cli.remove();

  expect(JSON.parse(ready.stdout)).toMatchObject({ ready: true, upToDate: true });
  expect(codes).toEqual([0, 2, 5]);
});
