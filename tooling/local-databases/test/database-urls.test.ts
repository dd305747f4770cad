import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { localDatabaseUrls } from '../src/database-urls.js';
import { forEachService, SERVICES, urlVariable } from '../src/services.js';
import { databases } from './child.js';

const localDirectory = join(tmpdir(), `codezest-urls-${process.pid}`);
const named = forEachService((service) => `postgresql://somewhere.test/${service}`);
const environment = Object.fromEntries(SERVICES.map((service) => [urlVariable(service), named[service]]));

afterAll(() => rmSync(localDirectory, { recursive: true, force: true }));

it('with all five variables set, nothing is started', async () => {
  const { urls } = await localDatabaseUrls({ localDirectory }, environment);

  expect(urls).toEqual(named);
  expect(existsSync(localDirectory)).toBe(false);
});

it('a variable wins for its own service alone, and the command prints lines for a shell', async () => {
  const { AUTH_DATABASE_URL } = environment;
  const env = { ...forEachVariable(''), AUTH_DATABASE_URL, CODEZEST_LOCAL_DIR: localDirectory };

  const { stdout, code } = await databases(['urls'], env);
  const json = await databases(['urls', '--json'], env);
  const stopped = await databases(['stop'], env);

  const lines = stdout.trim().split('\n');
  expect(code).toBe(0);
  expect(lines).toHaveLength(SERVICES.length);
  expect(lines[0]).toBe(`AUTH_DATABASE_URL="${AUTH_DATABASE_URL}"`);
  for (const line of lines.slice(1)) {
    expect(line).toMatch(
      /^[A-Z]+_DATABASE_URL="postgresql:\/\/postgres:\S+@127\.0\.0\.1:\d+\/codezest_[a-z]+"$/,
    );
  }
  expect(Object.entries(JSON.parse(json.stdout)).map(([name, url]) => `${name}="${url}"`)).toEqual(lines);
  expect(stopped).toMatchObject({ code: 0, stdout: expect.stringContaining('Stopped') });
});

function forEachVariable(value: string): Record<string, string> {
  return Object.fromEntries(SERVICES.map((service) => [urlVariable(service), value]));
}
