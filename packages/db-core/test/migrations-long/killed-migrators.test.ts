import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from '../cli/command-line.js';
import {
  copyPackage,
  finishedOnce,
  migrationNames,
  type Service,
  services,
  structureOf,
  undisturbed,
} from './package-copy.js';

const kills = 50;

let cli: CommandLine;
beforeAll(async () => {
  cli = await bundleCommandLine();
});
afterAll(() => cli.remove());

test('killed at 50 random moments: one more run ends with the same structure, no attempt left open', async () => {
  const expected = new Map<Service, string>();
  for (const service of services) expected.set(service, await undisturbed(service));
  const durationMs = await measure();
  let died = 0;
  const foundAt = new Map<string, number>();

  // A run that was faster than its killer does not count.
  for (let round = 0; died < kills && round < 3 * kills; round += 1) {
    const service = services[round % services.length] ?? 'auth';
    const scratch = await copyPackage(service);
    try {
      const moment = durationMs * Math.random();
      const started = cli.start(scratch, ['migrate']);
      const timer = setTimeout(() => started.process.kill('SIGKILL'), moment);
      const { code } = await started.finished;
      clearTimeout(timer);
      if (code !== null) continue;
      died += 1;
      const [left] = await scratch.query<{ name: string }>(
        `SELECT coalesce((SELECT query FROM pg_stat_activity WHERE datname = current_database()
           AND application_name LIKE 'auth-migrate%' AND state = 'active'), 'nothing') AS name`,
      );
      const at = left?.name.split('\n')[0]?.slice(0, 40) ?? '';
      foundAt.set(at, (foundAt.get(at) ?? 0) + 1);

      const again = await cli.run(scratch, ['migrate']);

      const what = `kill ${round}, db-${service}, after ${moment.toFixed(0)} ms: ${again.stderr}`;
      expect(again.code, what).toBe(0);
      expect(await finishedOnce(scratch), what).toEqual({ finished: migrationNames(scratch), unfinished: 0 });
      expect(await structureOf(scratch), what).toBe(expected.get(service));
    } finally {
      await scratch.drop();
    }
  }

  console.log(`${died} died; the server was still at work on:`, Object.fromEntries(foundAt));
  expect(died).toBe(kills);
});

async function measure(): Promise<number> {
  const scratch = await copyPackage('auth');
  const started = performance.now();
  const { code } = await cli.run(scratch, ['migrate']);
  const durationMs = performance.now() - started;
  await scratch.drop();
  expect(code).toBe(0);
  return durationMs;
}
