import { describe, expect, it } from 'vitest';
import { inFixture } from '../src/in-fixture.js';

describe('CommonJS, jest 29 with ts-jest, moduleResolution node', () => {
  it('type-checks and emits declarations', async () => {
    expect((await inFixture('commonjs-jest', 'tsc', ['-p', '.'])).stdout).toBe('');
  });

  it('passes its tests in two workers', async () => {
    expect((await inFixture('commonjs-jest', 'jest', ['--ci'])).stderr).toMatch(/Tests: +5 passed, 5 total/);
  });

  // In one process: a worker that is slow to end on a busy machine is reported like one that cannot.
  it('leaves no handle open', async () => {
    const { stderr } = await inFixture('commonjs-jest', 'jest', [
      '--ci',
      '--runInBand',
      '--detectOpenHandles',
    ]);

    expect(stderr).toMatch(/Tests: +5 passed, 5 total/);
    expect(stderr).not.toMatch(/did not exit|open handle/i);
  });
});

describe('ESM, vitest, moduleResolution nodenext', () => {
  it('type-checks and emits declarations', async () => {
    expect((await inFixture('esm-vitest', 'tsc', ['-p', '.'])).stdout).toBe('');
  });

  it('passes its tests in two workers on an embedded PostgreSQL, and vitest ends by itself', async () => {
    const noServer = { TEST_DATABASE_URL: '' };
    const { stdout, stderr } = await inFixture('esm-vitest', 'vitest', ['run', '--no-color'], noServer);

    expect(stdout).toMatch(/Tests +4 passed \(4\)/);
    expect(stdout + stderr).not.toMatch(/close timed out|hanging/i);
  });
});
