import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, test } from 'vitest';
import { withEmptyDatabase } from '../src/empty-database.js';
import { inFixture } from '../src/in-fixture.js';

const IN_FLIGHT = 24;

test('a service that is told to stop under load answers every request that it took, and ends by itself', () =>
  withEmptyDatabase('auth', async (url) => {
    await inFixture('node', 'codezest-db-auth', ['migrate'], { AUTH_DATABASE_URL: url });
    const service = spawn(process.execPath, ['serve.cjs'], {
      cwd: join(inject('consumers'), 'node'),
      env: { PATH: process.env.PATH, AUTH_DATABASE_URL: `${url}?connect_timeout=60` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(service, 'exit');
    const lines = createInterface(service.stdout)[Symbol.asyncIterator]();
    const { port } = JSON.parse((await lines.next()).value);
    const ask = async () => (await fetch(`http://127.0.0.1:${port}`)).status;

    const first = await ask();
    const load = Array.from({ length: IN_FLIGHT }, ask);
    await Promise.race(load);
    service.kill('SIGTERM');
    const outcomes = await Promise.allSettled(load);

    expect(first).toBe(200);
    // Those whose connection the server had not accepted yet are refused by the listener, not by the database.
    const answered = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(answered.length).toBeGreaterThan(IN_FLIGHT / 2);
    expect(answered.map((outcome) => (outcome as { value: number }).value)).toEqual(answered.map(() => 200));
    expect(JSON.parse((await lines.next()).value)).toEqual({ cut: 0 });
    expect(await exited).toEqual([0, null]);
  }));
