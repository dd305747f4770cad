import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../src/ids/new-id.js';
import { decrypt, encrypt } from '../../src/secrets/envelope.js';
import type { Keyring } from '../../src/secrets/keyring.js';
import type { Scratch } from '../migrations/scratch.js';
import {
  bundleCommandLine,
  type CommandLine,
  createScratchPackage,
  type RunningCommand,
} from './command-line.js';

const keys = new Map(['k0', 'k1', 'k2', 'p1', 'p2'].map((id) => [id, randomBytes(32)]));
const ring = (...ids: string[]): Keyring => ({
  current: ids[0] as string,
  keys: new Map(ids.map((id) => [id, keys.get(id) as Buffer])),
});
const variable = (...ids: string[]) => ids.map((id) => `${id}:${keys.get(id)?.toString('base64')}`).join(',');
const rotating = { AUTH_ENCRYPTION_KEYS: variable('k2', 'k1'), AUTH_LOOKUP_KEYS: variable('p2', 'p1') };

let cli: CommandLine;
let scratch: Scratch;
let session: Client;
beforeAll(async () => {
  cli = await bundleCommandLine();
});
afterAll(() => cli.remove());
beforeEach(async () => {
  scratch = await createScratchPackage();
  session = await scratch.client();
  await session.query(`CREATE TABLE vaults (id uuid PRIMARY KEY, secret text NOT NULL, note text);
    CREATE TABLE codes (id uuid PRIMARY KEY, code_hash bytea, key_id text, used boolean NOT NULL DEFAULT false)`);
});
afterEach(() => scratch.drop());

const place = (rowId: string, column: string) => ({ table: 'vaults', column, rowId });

/** Rows with the secret `secret of <id>`; every other one has a note too. */
async function fill(count: number, keyId: string, noteKeyId = keyId): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, n) => {
    const id = newId<'Vault'>();
    const note = n % 2 ? null : encrypt(`note of ${id}`, place(id, 'note'), ring(noteKeyId));
    return { id, secret: encrypt(`secret of ${id}`, place(id, 'secret'), ring(keyId)), note };
  });
  await session.query(
    'INSERT INTO vaults SELECT * FROM jsonb_to_recordset($1) AS given(id uuid, secret text, note text)',
    [JSON.stringify(rows)],
  );
  return rows.map(({ id }) => id);
}

/** How many values can be read with these keys; one that cannot be read throws. */
async function readable(keyring: Keyring): Promise<number> {
  const { rows } = await session.query('SELECT id, secret, note FROM vaults');
  return rows.flatMap(({ id, secret, note }) => [
    expect(decrypt(secret, place(id, 'secret'), keyring)).toBe(`secret of ${id}`),
    ...(note === null ? [] : [expect(decrypt(note, place(id, 'note'), keyring)).toBe(`note of ${id}`)]),
  ]).length;
}

async function rowsOn(keyId: string): Promise<number> {
  const { rows } = await session.query('SELECT id FROM vaults WHERE secret LIKE $1 OR note LIKE $1', [
    `v1.${keyId}.%`,
  ]);
  return rows.length;
}

const reencrypt = (args: string[] = [], env: Record<string, string> = rotating) =>
  cli.run(scratch, ['reencrypt', ...args], env);

describe('reencrypt', () => {
  test('says who needs which key, writes anew, and then says which key may be removed', async () => {
    await fill(600, 'k1');
    await fill(3, 'k2');
    await session.query(`INSERT INTO codes SELECT gen_random_uuid(), 'h', key_id, used
      FROM (VALUES ('p1', true), ('p2', false)) AS codes(key_id, used)`);

    const looked = await reencrypt(['--dry-run']);
    expect(await rowsOn('k1')).toBe(600);
    const done = await reencrypt();
    const again = await reencrypt(['--json']);

    expect(looked.code).toBe(2);
    expect(looked.stdout).toMatch(/vaults\.note +k1 {2}300 rows\n {2}vaults\.note +k2 {2}2 rows/);
    expect(looked.stdout).toContain('600 rows would be written anew. Nothing was changed.');
    expect(done.code).toBe(0);
    expect(done.stdout).toContain('Written anew: 600 rows');
    expect(done.stdout).toContain('AUTH_ENCRYPTION_KEYS: 0 rows left on old keys; you may remove k1.');
    expect(done.stdout).toContain('AUTH_LOOKUP_KEYS: 0 rows left on old keys; you may remove p1.');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      service: 'auth',
      dryRun: false,
      rewritten: 0,
      left: 0,
      uses: [
        { column: 'codes.code_hash', keyId: 'p2', rows: 1 },
        { column: 'vaults.note', keyId: 'k2', rows: 302 },
        { column: 'vaults.secret', keyId: 'k2', rows: 603 },
      ],
      missing: [],
      unreadable: [],
      removable: { encryption: ['k1'], lookup: ['p1'] },
    });
  });

  test('killed in the middle loses nothing, and ends when it is run again', async () => {
    const ids = await fill(900, 'k1');
    // Whatever it does, it cannot come to its end before it is killed.
    const other = await scratch.client();
    await other.query('BEGIN');
    await other.query('SELECT FROM vaults WHERE id = $1 FOR UPDATE', [ids.at(-1)]);

    const running = cli.start(scratch, ['reencrypt'], rotating);
    await untilSome(running);
    running.process.kill('SIGKILL');
    expect((await running.finished).code).toBeNull();
    await other.query('ROLLBACK');

    const left = await rowsOn('k1');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(900);
    expect(await readable(ring('k2', 'k1'))).toBe(1_350);
    expect((await reencrypt()).stdout).toContain('0 rows left on old keys; you may remove k1.');
    expect(await readable(ring('k2'))).toBe(1_350);
  });

  test('comes back to a row that was locked before it says that none is left', async () => {
    const ids = await fill(300, 'k1');
    const other = await scratch.client();
    await other.query('BEGIN');
    await other.query('SELECT FROM vaults WHERE id = ANY($1) FOR UPDATE', [[ids[0], ids.at(-1)]]);

    const impatient = await reencrypt(['--lock-timeout', '0']);
    const patient = cli.start(scratch, ['reencrypt'], rotating);
    await other.query('SELECT pg_sleep(1)');
    expect(await rowsOn('k1')).toBe(2);
    await other.query('COMMIT');

    expect(impatient.code).toBe(2);
    expect(impatient.stderr).toContain('Rows on old keys still: 2. Other sessions hold them');
    expect(await patient.finished).toMatchObject({ code: 0, stderr: '' });
    expect(await readable(ring('k2'))).toBe(450);
  });

  test('names a key that is missing with the rows that need it, and leaves them as they are', async () => {
    await fill(20, 'k1', 'k0');
    const before = await session.query('SELECT * FROM vaults WHERE note IS NOT NULL ORDER BY id');

    const { code, stderr } = await reencrypt();
    const json = await reencrypt(['--json']);

    expect(code).toBe(1);
    expect(stderr).toContain('AUTH_ENCRYPTION_KEYS has no key "k0", needed in vaults.note (rows: 10).');
    expect(JSON.parse(json.stdout)).toMatchObject({
      missing: [{ keyring: 'encryption', keyId: 'k0', column: 'vaults.note', rows: 10 }],
      removable: { encryption: [] },
      error: { code: 'REENCRYPTION_KEY_MISSING' },
    });
    const after = await session.query('SELECT * FROM vaults WHERE note IS NOT NULL ORDER BY id');
    expect(after.rows).toEqual(before.rows);
    expect(await rowsOn('k2')).toBe(10);
    const added = { ...rotating, AUTH_ENCRYPTION_KEYS: variable('k2', 'k1', 'k0') };
    expect((await reencrypt([], added)).stdout).toContain('you may remove k1, k0.');
    expect(await readable(ring('k2'))).toBe(30);
  });

  test('tells a key that is another one under the same id, and values that were moved', async () => {
    const ids = await fill(8, 'k1');
    await session.query(
      'UPDATE vaults SET secret = (SELECT secret FROM vaults WHERE id = $1) WHERE id = $2',
      [ids[0], ids[1]],
    );
    const before = await session.query('SELECT * FROM vaults ORDER BY id');
    const wrong = {
      ...rotating,
      AUTH_ENCRYPTION_KEYS: `${variable('k2')},k1:${keys.get('k0')?.toString('base64')}`,
    };

    const all = await reencrypt([], wrong);
    expect((await session.query('SELECT * FROM vaults ORDER BY id')).rows).toEqual(before.rows);
    const one = await reencrypt();

    expect([all.code, one.code]).toEqual([1, 1]);
    expect(all.stderr).toContain('The keys do not open vaults.secret (rows: 8).');
    expect(one.stderr).toContain('The keys do not open vaults.secret (rows: 1).');
    expect(one.stdout).toContain(`vaults.secret cannot be read: ${ids[1]}`);
    expect(one.stdout).toContain('AUTH_ENCRYPTION_KEYS: 1 value on old keys (k1).');
    expect(await rowsOn('k2')).toBe(7);
  });

  test('tells which keys stay for codes that nobody knows any more', async () => {
    await session.query(`INSERT INTO codes SELECT gen_random_uuid(), 'h', 'p1' FROM generate_series(1, 3)`);

    const kept = await reencrypt();
    const missing = await reencrypt([], { ...rotating, AUTH_LOOKUP_KEYS: variable('p2') });

    expect(kept.code).toBe(0);
    expect(kept.stdout).toContain(
      'AUTH_LOOKUP_KEYS: 3 values on old keys (p1). Codes cannot be rewritten: their key stays until they are used, replaced or deleted.',
    );
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(
      'AUTH_LOOKUP_KEYS has no key "p1", needed in codes.code_hash (rows: 3).',
    );
  });

  test('needs keys and a database, and names neither', async () => {
    const noKeys = await reencrypt([], { AUTH_LOOKUP_KEYS: variable('p1') });
    const noDatabase = await reencrypt([], { ...rotating, AUTH_DATABASE_URL: '' });

    expect(noKeys).toMatchObject({ code: 1, stdout: '' });
    expect(noKeys.stderr).toContain('AUTH_ENCRYPTION_KEYS is not set.');
    expect(noDatabase.code).toBe(5);
    expect(noKeys.stderr + noDatabase.stderr).not.toContain(keys.get('p1')?.toString('base64'));
  });
});

/** Until a first batch is stored. */
async function untilSome({ finished }: RunningCommand): Promise<void> {
  let ended = false;
  void finished.then(() => {
    ended = true;
  });
  while ((await rowsOn('k2')) === 0) {
    if (ended) throw new Error(`it ended: ${(await finished).stderr}`);
  }
}
