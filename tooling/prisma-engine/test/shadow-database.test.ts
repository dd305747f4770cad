import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertUsableAsShadow } from '../src/shadow-database.mjs';
import { nameDatabase } from './database.js';
import { createProject, type Project } from './project.js';

const DRIFT = ['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema'];

describe('a shadow database that the user names', { timeout: 120_000 }, () => {
  const main = nameDatabase('main');
  const shadow = nameDatabase('shadow');
  let project: Project;

  beforeAll(async () => {
    project = createProject();
    await Promise.all([main.create(), shadow.create()]);
    await main.query('CREATE TABLE precious (id integer)');
    await shadow.query('CREATE TABLE rooms (leftover integer)');
  });
  afterAll(async () => {
    project.remove();
    await Promise.all([main.drop(), shadow.drop()]);
  });

  test('is emptied, used and emptied again; the main one stays as it was', async () => {
    const diff = await project.prisma([...DRIFT, '--exit-code'], {
      DATABASE_URL: main.url,
      SHADOW_DATABASE_URL: shadow.url,
    });

    expect(diff.output).toContain('No difference detected');
    expect(diff.code).toBe(0);
    expect(
      await main.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
    ).toEqual([{ relname: 'precious' }]);
    expect(await shadow.query("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual(
      [],
    );
  });

  test('is refused when it is not named as one, before anything is touched', async () => {
    const diff = await project.prisma(DRIFT, { DATABASE_URL: shadow.url, SHADOW_DATABASE_URL: main.url });

    expect(diff.output).toContain('must contain "shadow"');
    expect(diff.code).toBe(1);
    expect(await main.query("SELECT to_regclass('precious') IS NOT NULL AS there")).toEqual([
      { there: true },
    ]);
  });

  test('is never the main one, under whatever host name', () => {
    const one = 'postgres://localhost/codezest_shadow';
    const other = 'postgres://127.0.0.1:5432/codezest_shadow?schema=public';

    expect(() => assertUsableAsShadow(one, other)).toThrow('must not be the main database');
    expect(() => assertUsableAsShadow('postgres://localhost/codezest', one)).not.toThrow();
  });
});
