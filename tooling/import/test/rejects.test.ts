import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RejectedRow, runImport } from '../src/engine/run-import.js';
import { openSource } from '../src/engine/source.js';
import { verify } from '../src/verify/verify.js';
import { startCommand } from './command.js';
import { createOldDatabase, type OldDatabase } from './old-schema/old-database.js';
import { authTarget, keys, type TargetDatabase } from './targets.js';

let old: OldDatabase;
let target: TargetDatabase;

const HASH = `$2b$10$${'a'.repeat(53)}`;

beforeAll(async () => {
  old = await createOldDatabase(0);
  target = await authTarget();
  await insertUsers([
    { id: 'plain-text', email: 'plain@example.com', password: 'hunter2hunter2' },
    { id: 'no-address', email: 'not an address' },
    { id: 'older', email: 'Twice@example.com', lastLoginAt: '2026-01-01' },
    { id: 'newer', email: 'twice@example.com', lastLoginAt: '2026-02-01' },
    { id: 'no-way-in', email: 'none@example.com', password: null },
    { id: 'strange-provider', email: 'strange@example.com', password: null },
    { id: 'bad-secret', email: 'secret@example.com', twoFactorEnabled: true, twoFactorSecret: '??' },
    { id: 'name-one', email: 'name1@example.com', username: 'Grace', lastLoginAt: '2026-02-01' },
    { id: 'name-two', email: 'name2@example.com', username: 'grace', lastLoginAt: '2026-01-01' },
    { id: 'fine', email: 'fine@example.com' },
  ]);
  await old.client.query(
    `INSERT INTO "auth.oauth_accounts" ("id", "userId", "provider", "providerId", "updatedAt")
     VALUES ('o1', 'strange-provider', 'myspace', '1', now()), ('o2', 'fine', 'github', '2', now())`,
  );
  await old.client.query(
    `INSERT INTO "auth.sessions" ("id", "userId", "token", "expiresAt") VALUES ('s1', 'older', 't1', now() + interval '1 day'),
       ('s2', 'fine', 't2', now() + interval '1 day')`,
  );
});
afterAll(async () => {
  await target.drop();
  await old.drop();
});

async function insertUsers(users: Record<string, unknown>[]) {
  for (const user of users) {
    const row = { password: HASH, firstName: 'A', lastName: 'B', updatedAt: '2026-01-01', ...user };
    const columns = Object.keys(row);
    await old.client.query(
      `INSERT INTO "auth.users" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')})`,
      Object.values(row),
    );
  }
}

async function run() {
  const rejects: RejectedRow[] = [];
  const [report] = await runImport({
    sourceUrl: old.url,
    targets: [target],
    keys,
    onReject: (row) => rejects.push(row),
  });
  return { report, rejects: Object.fromEntries(rejects.map(({ id, reason }) => [id, reason])) };
}

it('each row that cannot go is rejected by the name of its rule, and the others go', async () => {
  const { report, rejects } = await run();

  expect(rejects).toEqual({
    'plain-text': 'users_password_hash_check',
    'no-address': 'users_email_format_check',
    older: 'users_email_key',
    'no-way-in': 'users_way_in_rule',
    'strange-provider': 'oauth_provider_unknown',
    'bad-secret': 'two_factor_secret_not_base32',
    o1: 'oauth_provider_unknown',
    s1: 'sessions_user_id_fkey',
  });
  expect(await target.query('SELECT email, username FROM users ORDER BY email')).toEqual([
    { email: 'fine@example.com', username: null },
    { email: 'name1@example.com', username: 'Grace' },
    { email: 'name2@example.com', username: null },
    { email: 'twice@example.com', username: null },
  ]);
  expect(report?.notes).toContainEqual({
    kind: 'lost',
    what: 'auth.users.username',
    why: 'taken but for upper case',
    rows: 1,
  });
  const { isEqual, services } = await verify({ sourceUrl: old.url, targets: [target], keys });
  expect(services[0]?.tables.find(({ table }) => table === 'users')).toMatchObject({
    expected: 4,
    rejected: 6,
  });
  expect(isEqual).toBe(true);
});

it('the reject file has ids and reasons and no values', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'codezest-import-')), 'rejects.jsonl');
  const { code, stdout } = await startCommand(['run', '--rejects', file, '--service', 'auth'], old.url, [
    target,
  ]).ended;

  expect(code).toBe(2);
  const text = readFileSync(file, 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(8);
  expect(lines).toContainEqual({
    service: 'auth',
    step: 'users',
    from: 'auth.users',
    id: 'plain-text',
    table: null,
    reason: 'users_password_hash_check',
  });
  for (const secret of ['hunter2', 'not an address', 'twice@example.com']) {
    expect(text).not.toContain(secret);
    expect(stdout).not.toContain(secret);
  }
});

it('a row that was corrected in the source goes over with the next run, and with it what refers to it', async () => {
  await old.client.query(`UPDATE "auth.users" SET email = 'other@example.com' WHERE id = 'older'`);
  await old.client.query(`UPDATE "auth.oauth_accounts" SET provider = 'apple' WHERE id = 'o1'`);
  await old.client.query(`DELETE FROM "auth.users" WHERE id = 'no-way-in'`);

  const { rejects } = await run();

  expect(Object.keys(rejects).sort()).toEqual(['bad-secret', 'no-address', 'plain-text']);
  expect(await target.query(`SELECT 1 AS n FROM users WHERE email = 'other@example.com'`)).toHaveLength(1);
  expect((await target.query('SELECT id FROM sessions')).length).toBe(2);
  expect((await verify({ sourceUrl: old.url, targets: [target], keys })).isEqual).toBe(true);
});

it('an account at a provider that was unlinked, and a session that was deleted, go here as well', async () => {
  await old.client.query(`DELETE FROM "auth.oauth_accounts" WHERE id = 'o2'`);
  await old.client.query(`DELETE FROM "auth.sessions" WHERE id = 's2'`);

  const { report } = await run();

  expect(
    report?.steps.filter(({ removed }) => removed > 0).map(({ step, removed }) => [step, removed]),
  ).toEqual([
    ['oauth_accounts', 1],
    ['sessions', 1],
  ]);
  expect((await verify({ sourceUrl: old.url, targets: [target], keys })).isEqual).toBe(true);
});

it('verification finds a row that is missing, one that differs and one too many', async () => {
  await target.query(`DELETE FROM sessions`);
  await target.query(`UPDATE users SET first_name = 'Z' WHERE email = 'fine@example.com'`);
  await target.query(
    `INSERT INTO oauth_accounts (id, user_id, provider, provider_id) SELECT gen_random_uuid(), id, 'GOOGLE', '9' FROM users LIMIT 1`,
  );

  const { isEqual, services } = await verify({ sourceUrl: old.url, targets: [target], keys });

  expect(isEqual).toBe(false);
  const table = (name: string) => services[0]?.tables.find(({ table }) => table === name);
  expect(table('sessions')).toMatchObject({ expected: 1, found: 0 });
  expect(table('users')).toMatchObject({ different: 1 });
  expect(table('oauth_accounts')).toMatchObject({ expected: 1, stored: 2 });
});

it('after the final run another is refused', async () => {
  await runImport({ sourceUrl: old.url, targets: [target], keys, final: true });

  await expect(run()).rejects.toMatchObject({ code: 'IMPORT_CLOSED' });
});

it('another database than that of the earlier package is refused', async () => {
  const { code, stderr } = await startCommand(['run', '--service', 'auth'], target.url, [target]).ended;

  expect(code).toBe(1);
  expect(stderr).toContain('IMPORT_SOURCE_UNKNOWN');
});

it('no session of the import can write to the source', async () => {
  const source = await openSource(old.url);

  await expect(source.client.query(`DELETE FROM "auth.sessions"`)).rejects.toMatchObject({ code: '25006' });
  await source.close();
});

it('a database that does not answer is an error with a code, which names no password', async () => {
  const fresh = await authTarget();
  const broken = startCommand(['run', '--service', 'auth'], old.url, [
    { into: fresh.into, url: fresh.url.replace(/:\d+\//, ':1/') },
  ]);
  const { code, stderr } = await broken.ended;

  expect(code).toBe(1);
  expect(stderr).toMatch(/^IMPORT_DATABASE_UNREACHABLE: The auth database/);
  expect(stderr).not.toContain(new URL(fresh.url).password);
  await fresh.drop();
});

it('verification leaves nothing behind', async () => {
  const fresh = await authTarget();

  expect((await verify({ sourceUrl: old.url, targets: [fresh], keys })).isEqual).toBe(false);
  expect(await fresh.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'codezest_import'`)).toEqual([]);
  await fresh.drop();
});
