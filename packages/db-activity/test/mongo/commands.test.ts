import { join } from 'node:path';
import { executeCli } from '@codezest/db-core/cli';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addMongoCommands } from '../../src/mongo/commands.js';
import { startWireDouble, type WireDouble } from './wire-double.js';

let double: WireDouble;

beforeAll(async () => {
  double = await startWireDouble();
});

afterAll(() => double.stop());

async function run(args: string, env: Record<string, string> = { ACTIVITY_MONGODB_URL: double.url }) {
  let out = '';
  let errors = '';
  const code = await executeCli(
    {
      service: 'activity',
      package: join(import.meta.dirname, '../..'),
      addCommands: addMongoCommands,
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

it('plan says what sync would do and ends with 2; sync does it; then both have nothing to do', async () => {
  const planned = await run('mongo plan');
  const plannedJson = JSON.parse((await run('mongo plan --json')).out);
  const sentByPlan = new Set(double.commands.map((command) => Object.keys(command)[0]));
  const synced = await run('mongo sync');
  const after = [await run('mongo plan'), await run('mongo sync --prune --json')];

  expect(planned).toMatchObject({ code: 2, errors: '' });
  expect(planned.out).toContain('activity_logs: create the collection, version 1');
  expect(planned.out).toContain('nothing was changed');
  expect(plannedJson.commands[0]).toMatchObject({
    collection: 'activity_logs',
    command: { create: 'activity_logs' },
  });
  expect([...sentByPlan].sort()).toEqual(['find', 'listCollections']);
  expect(synced).toMatchObject({ code: 0, errors: '' });
  expect(synced.out.match(/✔/g)).toHaveLength(plannedJson.commands.length);
  expect(after.map(({ code }) => code)).toEqual([0, 0]);
  expect(JSON.parse(after[1]?.out ?? '')).toMatchObject({ commands: [] });
});

it('without a URL it ends with 5 and names the variable, in JSON as well', async () => {
  const { code, errors } = await run('mongo plan', {});
  const json = await run('mongo sync --json', {});

  expect(code).toBe(5);
  expect(errors).toContain('ACTIVITY_MONGODB_URL');
  expect(json.code).toBe(5);
  expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'MONGODB_URL_MISSING' } });
});

it('a contradiction ends with 4, a held lock with 3', async () => {
  await run('mongo sync');
  const records = double.store.collections.get('_collection_specs')?.documents;
  const record = records?.get('activity_logs');
  records?.set('activity_logs', { ...record, version: 99 });
  const newer = await run('mongo sync');
  records?.delete('activity_logs');
  records?.set('_lock', { _id: '_lock', owner: 'another', until: new Date(Date.now() + 30_000) });
  const locked = await run('mongo sync');

  expect(newer).toMatchObject({ code: 4, errors: expect.stringContaining('version 99') });
  expect(locked).toMatchObject({ code: 3, errors: expect.stringContaining('Another process') });
});

it('the help of each command tells the exit codes', async () => {
  for (const command of ['plan', 'sync']) {
    const { code, out } = await run(`mongo ${command} --help`);

    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes:\n {2}0 {2}done/);
  }
});
