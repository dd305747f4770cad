import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { inFixture } from '../src/in-fixture.js';

describe('Next 15, moduleResolution bundler', () => {
  it('builds a route handler that imports the package, serves it, and ends by itself', async () => {
    const production = {
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      NEXT_IGNORE_INCORRECT_LOCKFILE: '1',
    };
    await inFixture('next-bundler', 'next', ['build'], production);

    expect((await inFixture('next-bundler', 'node', ['use-application.mjs'], production)).stdout).toContain(
      'served',
    );
  });

  it('brings no client and no driver to the browser', async () => {
    const chunks = join(inject('consumers'), 'next-bundler/.next/static/chunks');
    const scripts = (await readdir(chunks, { recursive: true })).filter((file) => file.endsWith('.js'));
    const texts = await Promise.all(scripts.map((file) => readFile(join(chunks, file), 'utf8')));

    expect(texts.some((text) => text.includes('INSTRUCTOR'))).toBe(true);
    expect(texts.filter((text) => /PrismaClient|pg-protocol|DATABASE_URL/.test(text))).toEqual([]);
  });
});
