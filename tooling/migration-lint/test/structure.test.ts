import { readFileSync } from 'node:fs';
import { dumpStructure } from '@codezest/db-core/structure';
import { createTestDatabase, type TestDatabase } from '@codezest/db-core/testing';
import { services } from '@codezest/schema-docs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationsDirectory } from '../src/repository.js';
import { structureFile, structureOf } from '../src/structure.js';

it.each(services)('db-%s: structure.sql is what its migrations lead to', async (service) => {
  const committed = readFileSync(structureFile(service), 'utf8');
  const current = await structureOf(service);

  expect(current.match(/^CREATE TABLE/gm)?.length).toBeGreaterThan(4);
  expect(current, 'The migrations lead elsewhere. Run: pnpm structure:write').toBe(committed);
});

describe('a change of any kind of object is a change of the text', () => {
  const changes = {
    column: 'ALTER TABLE user_leads ADD COLUMN nick text',
    default: "ALTER TABLE user_leads ALTER COLUMN created_at SET DEFAULT '2026-01-01'",
    'not null': 'ALTER TABLE user_leads ALTER COLUMN created_at DROP NOT NULL',
    type: 'ALTER TABLE user_leads ALTER COLUMN created_at TYPE timestamptz(6)',
    'check constraint': 'ALTER TABLE user_leads ADD CONSTRAINT x_check CHECK (id IS NOT NULL)',
    'foreign key':
      'ALTER TABLE user_leads ADD CONSTRAINT x_fkey FOREIGN KEY (id) REFERENCES users (id) NOT VALID',
    index: 'CREATE INDEX x_idx ON user_leads (created_at)',
    'partial index': 'CREATE INDEX x_idx ON user_leads (id) WHERE created_at IS NULL',
    'enum member': `ALTER TYPE "UserRole" ADD VALUE 'X'`,
    function: "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    trigger:
      'CREATE TRIGGER x BEFORE DELETE ON user_leads EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    'disabled trigger': 'ALTER TABLE users DISABLE TRIGGER USER',
    view: 'CREATE VIEW x AS SELECT 1 AS one',
    policy: 'CREATE POLICY x ON user_leads USING (true)',
    'row security': 'ALTER TABLE user_leads ENABLE ROW LEVEL SECURITY',
    sequence: 'CREATE SEQUENCE x',
    schema: 'CREATE SCHEMA x',
    grant: 'GRANT SELECT ON user_leads TO PUBLIC',
    'grant of a column': 'GRANT SELECT (id) ON user_leads TO PUBLIC',
    'grant of the schema': 'GRANT CREATE ON SCHEMA public TO PUBLIC',
    'grant of a type': 'GRANT USAGE ON TYPE "UserRole" TO pg_monitor',
    'grant of a function': 'GRANT EXECUTE ON FUNCTION rules.refuse_write() TO pg_monitor',
    'grant of what comes later': 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC',
    comment: "COMMENT ON TABLE user_leads IS 'x'",
    partition: 'CREATE TABLE x (a int) PARTITION BY LIST (a); CREATE TABLE y PARTITION OF x DEFAULT',
    'rows of rules': 'CREATE TABLE rules.x (a int); INSERT INTO rules.x VALUES (1)',
  };
  let database: TestDatabase;
  let client: Client;
  let before: string;

  beforeAll(async () => {
    database = await createTestDatabase({
      service: 'auth',
      migrationsDirectory: migrationsDirectory('auth'),
    });
    client = new Client({ connectionString: database.url });
    await client.connect();
    before = await dumpStructure(client);
  });
  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  it.each(Object.entries(changes))('%s', async (_, sql) => {
    const other = await createTestDatabase({
      service: 'auth',
      migrationsDirectory: migrationsDirectory('auth'),
    });
    const changed = new Client({ connectionString: other.url });
    await changed.connect();
    try {
      await changed.query(sql);
      expect(await dumpStructure(changed)).not.toBe(before);
    } finally {
      await changed.end();
      await other.drop();
    }
  });

  it('and a month’s partition is none', async () => {
    const monthly = 'CREATE TABLE x (a int) PARTITION BY LIST (a)';
    await client.query(monthly);
    const parent = await dumpStructure(client);
    await client.query('CREATE TABLE x_2026_11 PARTITION OF x FOR VALUES IN (1)');

    expect(await dumpStructure(client)).toBe(parent);
    await client.query('DROP TABLE x');
    expect(await dumpStructure(client)).toBe(before);
  });
});
