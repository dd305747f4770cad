import { beforeAll, expect, inject, it } from 'vitest';
import { inFixture } from '../src/in-fixture.js';
import { writeReadmeService } from '../src/readme-service.js';

beforeAll(() => writeReadmeService(inject('consumers')));

it('the service of the README type-checks beside the installed package', async () => {
  expect((await inFixture('express-vitest', 'tsc', ['-p', '.'])).stdout).toBe('');
});

it('the service of the README takes a person from registration to log-out, with argon2id and TOTP', async () => {
  const { stdout } = await inFixture('express-vitest', 'vitest', ['run', '--no-color']);

  expect(stdout).toMatch(/Tests +(\d+) passed \(\1\)/);
});
