import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameDatabase } from './database.js';
import { createProject, type Project } from './project.js';

/** Nothing listens on port 1. */
const DEAD = 'postgres://someone:sesame-open@localhost:1/codezest_none';
const FROM_DATABASE = [
  'migrate',
  'diff',
  '--from-config-datasource',
  '--to-schema',
  'prisma/schema',
  '--script',
];
const FROM_MIGRATIONS = [
  'migrate',
  'diff',
  '--from-migrations',
  'prisma/migrations',
  '--to-empty',
  '--script',
];

describe('without a database', { timeout: 120_000 }, () => {
  const missing = nameDatabase('missing');
  let project: Project;

  beforeAll(() => {
    project = createProject();
  });
  afterAll(() => project.remove());

  test.each([
    ['a diff from the database', FROM_DATABASE],
    ['a diff from the migrations', FROM_MIGRATIONS],
    ['status', ['migrate', 'status']],
    ['deploy', ['migrate', 'deploy']],
  ])('%s is an error with a code, not an empty result, and prints no password', async (_, args) => {
    const outcome = await project.prisma(args, { DATABASE_URL: DEAD });

    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('P1001');
    expect(outcome.output).toContain("Can't reach database server at `localhost:1`");
    expect(outcome.stdout).not.toContain('-- This is an empty migration');
    expect(outcome.output).not.toContain('sesame-open');
  });

  test('a missing database is said to be missing and is not created by reading', async () => {
    const outcome = await project.prisma(FROM_DATABASE, { DATABASE_URL: missing.url });

    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('P1003');
    expect(outcome.output).not.toContain(missing.password);
    expect(await missing.exists()).toBe(false);
  });

  test('what needs no database works: validate, format, and a diff between nothing and the schema', async () => {
    const validated = await project.prisma(['validate'], { DATABASE_URL: DEAD });
    const formatted = await project.prisma(['format'], { DATABASE_URL: DEAD });
    const diff = await project.prisma(
      ['migrate', 'diff', '--from-empty', '--to-schema', 'prisma/schema', '--script'],
      { DATABASE_URL: DEAD },
    );

    expect([validated.code, formatted.code, diff.code]).toEqual([0, 0, 0]);
    expect(diff.stdout).toContain('CREATE TABLE "bookings"');
    expect(diff.stdout).toContain('ON DELETE CASCADE');
  });
});
