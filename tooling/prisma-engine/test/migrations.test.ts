import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameDatabase } from './database.js';
import { createProject, type Project } from './project.js';

const SCHEMA = 'prisma/schema/rooms.prisma';
const DRIFT = ['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema'];

describe('the life of a database with CHECK, EXCLUDE, functions and triggers', { timeout: 120_000 }, () => {
  const database = nameDatabase('life');
  let project: Project;
  const prisma = (...args: string[]) => project.prisma(args, { DATABASE_URL: database.url });

  beforeAll(() => {
    project = createProject();
  });
  afterAll(async () => {
    project.remove();
    await database.drop();
  });

  test('migrate dev creates a missing database and applies what is there, statements with $$ bodies included', async () => {
    const dev = await prisma('migrate', 'dev');

    expect(dev.output).toContain('20260101000000_initial');
    expect(dev.output).toContain('now in sync');
    expect(dev.code).toBe(0);
    await expect(
      database.query("INSERT INTO rooms (id, name) VALUES (gen_random_uuid(), ' ')"),
    ).rejects.toThrow('rooms_name_rule');
  });

  test('a changed schema becomes a migration that holds the change alone', async () => {
    project.write(SCHEMA, project.read(SCHEMA).replace('  name ', '  floor Int?\n  name '));

    const dev = await prisma('migrate', 'dev', '--name', 'add_floor');

    expect(dev.code).toBe(0);
    const created = /(\d{14}_add_floor)/.exec(dev.output)?.[1];
    expect(project.read(`prisma/migrations/${created}/migration.sql`)).toBe(
      '-- AlterTable\nALTER TABLE "rooms" ADD COLUMN     "floor" INTEGER;\n',
    );
  });

  test('a second run finds nothing to do, and status and diff agree', async () => {
    const dev = await prisma('migrate', 'dev');
    const status = await prisma('migrate', 'status');
    const drift = await prisma(...DRIFT, '--exit-code');

    expect(dev.output).toContain('Already in sync');
    expect(status.output).toContain('up to date');
    expect(drift.output).toContain('No difference detected');
    expect([dev.code, status.code, drift.code]).toEqual([0, 0, 0]);
  });

  test('db pull reads the tables back', async () => {
    const pulled = await prisma('db', 'pull', '--print');

    expect(pulled.output).toContain('model Booking ');
    expect(pulled.output).toContain('onDelete: Cascade');
    expect(pulled.code).toBe(0);
  });

  test('a failing migration names file, statement and answer, leaves nothing behind and can be resolved', async () => {
    project.write(
      'prisma/migrations/20990101000000_broken/migration.sql',
      'CREATE TABLE half_done (id integer);\nSELECT 1;\nINSERT INTO nowhere VALUES (1);\n',
    );

    const failed = await prisma('migrate', 'deploy');
    const again = await prisma('migrate', 'deploy');
    const resolved = await prisma('migrate', 'resolve', '--rolled-back', '20990101000000_broken');
    project.write('prisma/migrations/20990101000000_broken/migration.sql', 'SELECT 1;\n');
    const deployed = await prisma('migrate', 'deploy');

    expect(failed.output).toContain('P3018');
    expect(failed.output).toContain('Migration name: 20990101000000_broken');
    expect(failed.output).toContain('ERROR: relation "nowhere" does not exist');
    expect(failed.output).toContain('Line 3:\nINSERT INTO nowhere VALUES (1);');
    expect(failed.code).toBe(1);
    expect(again.output).toContain('P3009');
    expect(again.code).toBe(1);
    expect(await database.query("SELECT to_regclass('half_done') AS found")).toEqual([{ found: null }]);
    expect([resolved.code, deployed.code]).toEqual([0, 0]);
  });

  test('migrate dev after others have added migrations applies them and goes on', async () => {
    project.write(
      'prisma/migrations/20990102000000_from_a_colleague/migration.sql',
      'ALTER TABLE "rooms" ADD COLUMN "seats" INTEGER;\n',
    );
    project.write(SCHEMA, project.read(SCHEMA).replace('  name ', '  seats Int?\n  name '));

    const dev = await prisma('migrate', 'dev');

    expect(dev.output).toContain('20990102000000_from_a_colleague');
    expect(dev.output).toContain('now in sync');
    expect(dev.code).toBe(0);
  });

  test('reset starts over, db execute and db push change the database', async () => {
    const reset = await prisma('migrate', 'reset', '--force');
    project.write('grow.sql', 'DO $$ BEGIN ALTER TABLE rooms ADD COLUMN doors integer; END $$;\n');
    const executed = await prisma('db', 'execute', '--file', 'grow.sql');
    const drifted = await prisma(
      ...['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema', '--exit-code'],
    );
    const pushed = await prisma('db', 'push', '--accept-data-loss');

    expect([reset.code, executed.code, drifted.code, pushed.code]).toEqual([0, 0, 2, 0]);
    expect(drifted.output).toContain('doors');
    expect(
      await database.query("SELECT FROM information_schema.columns WHERE column_name = 'doors'"),
    ).toHaveLength(0);
  });

  test('no shadow database is left', async () => {
    expect(await database.shadows()).toEqual([]);
  });
});
