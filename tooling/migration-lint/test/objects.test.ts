import { readFileSync } from 'node:fs';
import { differenceOf, dumpObjects, objectsIn } from '@codezest/db-core/structure';
import { createTestDatabase } from '@codezest/db-core/testing';
import { services } from '@codezest/schema-docs';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { migrationsDirectory } from '../src/repository.js';
import { structureFile } from '../src/structure.js';

/** As pg_dump writes them and psql reads them back: by PostgreSQL's own print of each. */
const RESTORED = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I; ALTER TABLE %1$s ADD CONSTRAINT %2$I %s;',
           conrelid::regclass, conname, pg_get_constraintdef(oid)) AS sql
    FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 AND conparentid = 0 AND conislocal
     AND connamespace::regnamespace::text = 'public'
  UNION ALL
  SELECT format('DROP TRIGGER %I ON %s; %s;', tgname, tgrelid::regclass, pg_get_triggerdef(oid))
    FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0
  UNION ALL
  SELECT format('DROP INDEX %s; %s;', indexrelid::regclass, pg_get_indexdef(indexrelid))
    FROM pg_index WHERE indpred IS NOT NULL AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = indexrelid)
      AND indrelid::regclass::text NOT LIKE 'pg\\_%' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`;

async function onFresh<Result>(
  service: (typeof services)[number],
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const database = await createTestDatabase({ service, migrationsDirectory: migrationsDirectory(service) });
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
    await database.drop();
  }
}

describe.each(services)('db-%s', (service) => {
  const expected = objectsIn(readFileSync(structureFile(service), 'utf8'));

  it('has all its objects, and has them after a restore', () =>
    onFresh(service, async (client) => {
      expect(expected.size).toBeGreaterThan(60);
      for (const kind of ['table', 'column', 'constraint', 'index', 'trigger', 'function'])
        expect(
          [...expected.keys()].some((name) => name.startsWith(`${kind} `)),
          kind,
        ).toBe(true);
      expect(differenceOf(expected, objectsIn(await dumpObjects(client)))).toEqual({ gone: [], changed: [] });

      const { rows } = await client.query<{ sql: string }>(RESTORED);
      expect(rows.length).toBeGreaterThan(10);
      for (const { sql } of rows) await client.query(sql);

      expect(differenceOf(expected, objectsIn(await dumpObjects(client)))).toEqual({ gone: [], changed: [] });
    }));
});

it.each([
  [
    'ALTER TABLE users DROP CONSTRAINT users_password_hash_check',
    'constraint users_password_hash_check on users',
  ],
  ['DROP TRIGGER email_changes_consumed ON email_changes', 'trigger email_changes_consumed on email_changes'],
  ['DROP INDEX pending_logins_expires_at_idx', 'index pending_logins_expires_at_idx on pending_logins'],
  ['DROP FUNCTION rules.check_login_history_delete() CASCADE', 'function rules.check_login_history_delete()'],
  ['ALTER TABLE users DROP COLUMN last_login_ip CASCADE', 'column users.last_login_ip'],
  ['DROP TABLE recovery_codes CASCADE', 'table recovery_codes'],
])('%s is noticed', (sql, name) =>
  onFresh('auth', async (client) => {
    const expected = objectsIn(readFileSync(structureFile('auth'), 'utf8'));
    expect([...expected.keys()]).toContain(name);

    await client.query(sql);

    expect(differenceOf(expected, objectsIn(await dumpObjects(client))).gone).toContain(name);
  }),
);

it.each([
  [
    'ALTER TABLE email_changes DISABLE TRIGGER email_changes_consumed',
    'trigger email_changes_consumed on email_changes',
  ],
  ['ALTER TABLE users ALTER COLUMN email DROP NOT NULL', 'column users.email'],
])('%s is noticed as a change', (sql, name) =>
  onFresh('auth', async (client) => {
    const expected = objectsIn(readFileSync(structureFile('auth'), 'utf8'));

    await client.query(sql);

    expect(differenceOf(expected, objectsIn(await dumpObjects(client))).changed).toContain(name);
  }),
);
