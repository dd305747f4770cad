import { SERVICES, urlVariable } from '@codezest/local-databases';
import { newTestDatabaseName } from '@codezest/local-databases/test-databases';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { playDemo } from '../src/demo.js';
import type { PreparedService } from '../src/preparation.js';
import { type Happening, Stage } from '../src/stage.js';

const server = process.env.TEST_DATABASE_URL ?? '';
const databases = SERVICES.map((service) => ({ service, name: newTestDatabaseName(`demo_${service}`) }));

beforeAll(async () => {
  for (const { service, name } of databases) {
    await onServer(`CREATE DATABASE ${name}`);
    vi.stubEnv(urlVariable(service), Object.assign(new URL(server), { pathname: `/${name}` }).href);
  }
  vi.stubEnv('ACTIVITY_MONGODB_URL', undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  for (const { name } of databases) await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

it('plays on empty databases, and again on those, and tells it in one JSON document', async () => {
  const first = await demoAsJson();
  const second = await demoAsJson();

  expect(first.services.map(({ service, applied }) => [service, applied.length > 0])).toEqual(
    SERVICES.map((service) => [service, true]),
  );
  expect(Math.min(...first.services.map(({ rows }) => rows))).toBeGreaterThan(500);
  expect(second.services.map(({ applied, rows }) => [applied, rows])).toEqual(SERVICES.map(() => [[], 0]));
  for (const { happenings } of [first, second]) {
    expect(new Set(happenings.map(({ service }) => service))).toEqual(new Set(SERVICES));
    const feed = happenings.find(({ what }) => what === 'sees her feed, newest first');
    expect(feed?.detail).toMatch(/^Plan PRO is ACTIVE ← .*← Joined CodeZest$/);
    const forgotten = happenings.filter(({ chapter }) => chapter === 'Maya asks to be forgotten');
    expect(new Set(forgotten.map(({ service }) => service))).toEqual(new Set(SERVICES));
    expect(forgotten.filter(({ rows }) => rows > 0).length).toBeGreaterThanOrEqual(SERVICES.length);
    expect(forgotten.at(-1)?.what).toBe('closes the request and forgets whose it was');
  }
  expect(second.happenings.map(({ what }) => what)).toEqual(first.happenings.map(({ what }) => what));
});

it('plays no step after an interruption', async () => {
  const interruption = new AbortController();
  const stage = new Stage(() => interruption.abort(), interruption.signal);
  const act = vi.fn(async () => ({ result: undefined }));

  await stage.play('auth', 'registers', act);
  await expect(stage.play('auth', 'logs in', act)).rejects.toThrow(/abort/i);

  expect(act).toHaveBeenCalledTimes(1);
  expect(stage.happenings.map(({ what }) => what)).toEqual(['registers']);
});

async function demoAsJson(): Promise<{ services: PreparedService[]; happenings: Happening[] }> {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await playDemo({ json: true, size: 'small' }, new AbortController().signal);
  expect(said).toHaveBeenCalledTimes(1);
  const document = JSON.parse(String(said.mock.lastCall?.[0]));
  said.mockRestore();
  return document;
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
