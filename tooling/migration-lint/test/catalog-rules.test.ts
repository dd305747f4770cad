import { createTestDatabase, type TestDatabase } from '@codezest/db-core/testing';
import { services } from '@codezest/schema-docs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationsDirectory } from '../src/repository.js';

// The schema's own checks see what Prisma declares. These ask the migrated database, where the tables, indexes and
// columns are that only SQL has made.
const tables = `SELECT c.oid, c.relname, c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations'
    AND c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'rules', 'partitions'))`;

const rules = {
  'every table has a primary key': `
    SELECT name FROM (${tables}) t
     WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = t.oid AND contype = 'p')`,
  // The rows that hold a reference are looked for whenever the row it leads to changes.
  'every foreign key has an index that begins with one of its columns': `
    SELECT c.conname AS name FROM pg_constraint c JOIN (${tables}) t ON t.oid = c.conrelid
     WHERE c.contype = 'f' AND NOT EXISTS (
       SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indkey[0] = ANY (c.conkey))`,
  'no index is the beginning of a unique one': `
    SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN (${tables}) t ON t.oid = i.indrelid
      JOIN pg_index u ON u.indrelid = i.indrelid AND u.indisunique AND u.indexrelid <> i.indexrelid
     WHERE NOT i.indisunique AND i.indpred IS NULL AND u.indpred IS NULL AND i.indexprs IS NULL AND u.indexprs IS NULL
       AND (SELECT relam FROM pg_class WHERE oid = i.indexrelid) = (SELECT relam FROM pg_class WHERE oid = u.indexrelid)
       AND i.indnkeyatts <= u.indnkeyatts
       AND (u.indkey::int2[])[0:i.indnkeyatts - 1] = (i.indkey::int2[])[0:i.indnkeyatts - 1]`,
  'every time has a zone, and no name has a dot': `
    SELECT t.name || '.' || a.attname AS name FROM pg_attribute a JOIN (${tables}) t ON t.oid = a.attrelid
     WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       AND (a.atttypid IN ('timestamp'::regtype, 'timetz'::regtype) OR a.attname LIKE '%.%' OR t.relname LIKE '%.%')`,
  // PostgreSQL refuses ALTER COLUMN … TYPE on a column that the body of a function (RETURN, BEGIN ATOMIC) reads.
  'no function holds the type of a column': `
    SELECT DISTINCT d.objid::regprocedure::text AS name FROM pg_depend d JOIN (${tables}) t ON t.oid = d.refobjid
     WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0`,
};

const breaches = `CREATE TABLE "a.b" (at timestamp);
  CREATE TABLE parents (id int PRIMARY KEY, other int);
  CREATE TABLE children (id int PRIMARY KEY, parent_id int CONSTRAINT children_parent_id_fkey REFERENCES parents);
  CREATE UNIQUE INDEX parents_both_key ON parents (other, id);
  CREATE INDEX parents_other_idx ON parents (other);
  CREATE FUNCTION most_of_parents() RETURNS int LANGUAGE sql RETURN (SELECT max(other) FROM parents);`;

describe.each(services)('db-%s', (service) => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await createTestDatabase({ service, migrationsDirectory: migrationsDirectory(service) });
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  it.each(Object.entries(rules))('%s', async (_, query) => {
    const { rows: found } = await client.query(`SELECT count(*)::int AS n FROM (${tables}) t`);
    expect(found[0].n).toBeGreaterThan(2);

    expect((await client.query(query)).rows).toEqual([]);
  });

  it.each(Object.entries(rules))('a breach is seen: %s', async (_, query) => {
    await client.query(`BEGIN; ${breaches}`);
    const { rows } = await client.query(query);
    await client.query('ROLLBACK');

    expect(rows.length).toBeGreaterThan(0);
  });
});
