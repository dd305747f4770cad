import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@codezest/db-core/testing';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockModes, strength, type Work } from '../src/locks/lock-mode.js';
import { statementLocks } from '../src/locks/statement-locks.js';
import { parseMigration } from '../src/parse.js';

const catalogOnly = 'changes the catalog only';

/** A statement, the work we say it does on public.users; its lock is asked from the server. */
const cases: [sql: string, work: Work][] = [
  ['ALTER TABLE users ADD COLUMN nick text', catalogOnly],
  ["ALTER TABLE users ADD COLUMN nick text NOT NULL DEFAULT ''", catalogOnly],
  ['ALTER TABLE users ADD COLUMN seen_at timestamptz DEFAULT now()', catalogOnly],
  ['ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid()', 'rewrites the table'],
  ['ALTER TABLE users ADD COLUMN twice int GENERATED ALWAYS AS (points * 2) STORED', 'rewrites the table'],
  ['ALTER TABLE users ADD COLUMN number serial', 'rewrites the table'],
  ['ALTER TABLE users ADD COLUMN number int UNIQUE', 'builds an index'],
  ['ALTER TABLE users DROP COLUMN name', catalogOnly],
  ['ALTER TABLE users ALTER COLUMN points TYPE bigint', 'rewrites the table'],
  ['ALTER TABLE users ALTER COLUMN points SET NOT NULL', 'scans the table'],
  ['ALTER TABLE users ALTER COLUMN name SET DEFAULT 1', catalogOnly],
  ['ALTER TABLE users ALTER COLUMN name SET STATISTICS 500', catalogOnly],
  ['ALTER TABLE users ADD CONSTRAINT x CHECK (points > 0)', 'scans the table'],
  ['ALTER TABLE users ADD CONSTRAINT x CHECK (points > 0) NOT VALID', catalogOnly],
  ['ALTER TABLE users ADD CONSTRAINT x UNIQUE (points)', 'builds an index'],
  ['ALTER TABLE users ADD CONSTRAINT x UNIQUE USING INDEX users_name_key', catalogOnly],
  ['ALTER TABLE users ADD CONSTRAINT x FOREIGN KEY (points) REFERENCES teams (id)', 'scans the table'],
  ['ALTER TABLE users ADD CONSTRAINT x FOREIGN KEY (points) REFERENCES teams (id) NOT VALID', catalogOnly],
  ['ALTER TABLE users VALIDATE CONSTRAINT users_points_check', 'scans the table'],
  ['ALTER TABLE users SET (fillfactor = 80)', catalogOnly],
  ['ALTER TABLE users SET UNLOGGED', 'rewrites the table'],
  ['ALTER TABLE users DISABLE TRIGGER USER', catalogOnly],
  ['ALTER TABLE users ENABLE ROW LEVEL SECURITY', catalogOnly],
  ['ALTER TABLE users RENAME COLUMN name TO nick', catalogOnly],
  ['ALTER TABLE users RENAME TO people', catalogOnly],
  ['CREATE INDEX users_points_idx ON users (points)', 'builds an index'],
  [
    'CREATE TRIGGER x BEFORE DELETE ON users EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    catalogOnly,
  ],
  ['CREATE POLICY x ON users USING (true)', catalogOnly],
  ['CREATE TABLE notes (user_id int REFERENCES users (id))', catalogOnly],
  ['DROP TABLE users', catalogOnly],
  ['TRUNCATE users', 'rewrites the table'],
  ['LOCK TABLE users IN SHARE MODE', catalogOnly],
  ['LOCK TABLE users', catalogOnly],
  ['REINDEX TABLE users', 'builds an index'],
  ["COMMENT ON TABLE users IS 'x'", catalogOnly],
  ["COMMENT ON COLUMN users.name IS 'x'", catalogOnly],
  ["UPDATE users SET name = '' WHERE points = 1", 'writes rows'],
  ['DELETE FROM users WHERE points = 1', 'writes rows'],
  ["INSERT INTO users (id, name) VALUES (9, 'x')", 'writes rows'],
  ['ALTER TABLE users ALTER COLUMN name DROP NOT NULL', catalogOnly],
  ['CREATE TABLE others (id int)', catalogOnly],
];

let directory: string;
let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'locks-'));
  mkdirSync(join(directory, '20260101000000_initial'));
  writeFileSync(
    join(directory, '20260101000000_initial/migration.sql'),
    `CREATE TABLE teams (id int PRIMARY KEY);
    CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, points int);
    CREATE UNIQUE INDEX users_name_key ON users (name);
    ALTER TABLE users ADD CONSTRAINT users_points_check CHECK (points < 1000) NOT VALID;
    INSERT INTO teams VALUES (1); INSERT INTO users VALUES (1, 'a', 1);`,
  );
  database = await createTestDatabase({ service: 'locks', migrationsDirectory: directory });
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => client.query('BEGIN'));
afterEach(() => client.query('ROLLBACK'));

describe.each(cases)('%s', (sql, work) => {
  const [statement] = parseMigration({ service: 'auth', name: 'x', path: 'x', text: sql }).statements;
  const said = statement ? statementLocks(statement).filter(({ table }) => table === 'public.users') : [];

  it('takes the lock that we say', async () => {
    const {
      rows: [{ oid }],
    } = await client.query("SELECT 'users'::regclass::oid AS oid");

    await client.query(sql);

    const { rows } = await client.query(
      `SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation = $1`,
      [oid],
    );
    const taken = rows.map((row) => strength(spelled(row.mode)));
    expect(Math.max(-1, ...said.map(({ mode }) => strength(mode)))).toBe(Math.max(-1, ...taken));
  });

  it('does the work that we say', async () => {
    const fileOf = async (): Promise<unknown> =>
      (await client.query('SELECT pg_relation_filenode(oid) AS f FROM pg_class WHERE oid = $1', [oid]))
        .rows[0]?.f;
    const {
      rows: [{ oid }],
    } = await client.query("SELECT 'users'::regclass::oid AS oid");
    const before = await fileOf();

    await client.query(sql);

    if (!sql.startsWith('DROP')) expect((await fileOf()) !== before).toBe(work === 'rewrites the table');
    expect(said.length === 0 ? catalogOnly : said[0]?.work).toBe(work);
  });
});

/** `AccessExclusiveLock` as `ACCESS EXCLUSIVE`. */
function spelled(mode: string): (typeof lockModes)[number][0] {
  const words = mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  const known = lockModes.find(([name]) => name === words);
  if (!known) throw new Error(`unknown lock ${mode}`);
  return known[0];
}
