import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { postmasterFile } from '../src/postmaster.js';
import { startThrowawayServer } from '../src/throwaway-server.js';
import { runFixture, until } from './child.js';
import { answers, query } from './query.js';

interface Owned {
  url: string;
  dataDirectory: string;
}

it('answers in UTC and English without fsync, and leaves nothing behind when stopped', async () => {
  const server = await startThrowawayServer();

  const settings = await query(
    server.url,
    `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,
            current_setting('TimeZone') AS zone, current_setting('lc_messages') AS messages`,
  );
  await server.stop();

  expect(settings).toEqual([{ fsync: 'off', pages: 'off', zone: 'UTC', messages: 'C' }]);
  expect(existsSync(dirname(server.dataDirectory))).toBe(false);
});

it('lets nobody in without its password', async () => {
  const server = await startThrowawayServer();
  const wrong = new URL(server.url);
  wrong.password = 'postgres';

  await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });

  await server.stop();
});

it('goes away with a killed owner', async () => {
  const { child, said } = await runFixture<Owned>('throwaway-owner');
  expect(await answers(said.url)).toBe(true);

  child.kill('SIGKILL');

  await until(() => !existsSync(dirname(said.dataDirectory)));
  expect(await answers(said.url)).toBe(false);
});

it('is removed by the next start when owner and watchdog were killed together', async () => {
  const { child, said } = await runFixture<Owned>('throwaway-owner');
  const watchdog = watchdogOf(said.dataDirectory);
  process.kill(watchdog, 'SIGKILL');
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await answers(said.url)).toBe(true);

  const next = await startThrowawayServer();

  expect(existsSync(dirname(said.dataDirectory))).toBe(false);
  await until(async () => !(await answers(said.url)));
  await next.stop();
});

it('is one for all workers of a run, and outlives the workers but not the runner', async () => {
  const { child, said } = await runFixture<string[]>('run-with-workers');
  const [url = '', ...others] = said;
  expect(others).toEqual([url, url, url]);
  expect(await answers(url)).toBe(true);

  child.kill('SIGKILL');

  await until(async () => !(await answers(url)));
});

/** The parent of the server. */
function watchdogOf(dataDirectory: string): number {
  const server = postmasterFile(dataDirectory)?.pid;
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(server)], { encoding: 'utf8' }));
}

it('keeps its data through a crash and a fast shutdown, on the same port', async () => {
  const server = await startThrowawayServer({ settings: { synchronous_commit: 'on' } });
  await query(server.url, 'CREATE TABLE kept (n int)');

  for (const signal of ['SIGKILL', 'SIGQUIT', 'SIGINT'] as const) {
    await query(server.url, 'INSERT INTO kept VALUES (1)');
    await server.crash(signal);
    expect(await answers(server.url)).toBe(false);
    await server.restart();
  }

  expect(await query(server.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 3 }]);
  await server.crash('SIGQUIT');
  await server.stop();
  expect(existsSync(dirname(server.dataDirectory))).toBe(false);
});
