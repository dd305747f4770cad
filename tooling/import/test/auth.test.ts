import { decrypt } from '@codezest/db-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RejectedRow, runImport } from '../src/engine/run-import.js';
import { verify } from '../src/verify/verify.js';
import { differences } from '../src/verify/verify-service.js';
import { createOldDatabase, type OldDatabase } from './old-schema/old-database.js';
import { authTarget, keys, type TargetDatabase } from './targets.js';

describe('accounts and ways in', () => {
  let old: OldDatabase;
  let target: TargetDatabase;
  const run = async (options: { dryRun?: boolean; final?: boolean } = {}) => {
    const rejects: RejectedRow[] = [];
    const [report] = await runImport({
      sourceUrl: old.url,
      targets: [target],
      keys,
      onReject: (row) => rejects.push(row),
      ...options,
    });
    if (report === undefined) throw new Error('no report');
    return { report, rejects };
  };

  beforeAll(async () => {
    old = await createOldDatabase(300);
    target = await authTarget();
  });
  afterAll(async () => {
    await old.drop();
    await target.drop();
  });

  it('a dry run tells what would happen and stores nothing', async () => {
    const { report, rejects } = await run({ dryRun: true });

    expect(rejects).toEqual([]);
    expect(report.steps.find(({ step }) => step === 'users')).toMatchObject({ read: 300 });
    expect(await target.query('SELECT 1 FROM users')).toEqual([]);
    expect(await target.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'codezest_import'`)).toEqual([]);
  });

  it('everything goes over and is equal afterwards', async () => {
    const { rejects } = await run();

    expect(rejects).toEqual([]);
    const result = await verify({ sourceUrl: old.url, targets: [target], keys });
    expect(result.services.flatMap(({ tables }) => differences(tables))).toEqual([]);
    expect(result.isEqual).toBe(true);
    expect(await target.query('SELECT count(*)::int AS n FROM users')).toEqual([{ n: 300 }]);
    expect(await target.query('SELECT count(*)::int AS n FROM sessions')).toEqual([{ n: 600 }]);
  });

  it('a second run writes nothing', async () => {
    const { report } = await run();

    for (const step of report.steps)
      expect(step).toMatchObject({ read: 0, added: 0, changed: 0, removed: 0 });
  });

  it('a profile that goes over is no change of the contact, and one that is written afterwards is', async () => {
    const versions = 'SELECT DISTINCT version FROM users ORDER BY version';
    const withPhone = await target.query(
      'SELECT 1 FROM user_profiles WHERE phone IS NOT NULL OR timezone IS NOT NULL',
    );
    expect(withPhone.length).toBeGreaterThan(0);
    expect(await target.query(versions)).toEqual([{ version: 1 }]);

    await target.query(
      `UPDATE user_profiles SET timezone = 'Asia/Tokyo' WHERE user_id = (SELECT id FROM users ORDER BY id LIMIT 1)`,
    );

    expect(await target.query(versions)).toEqual([{ version: 1 }, { version: 2 }]);
  });

  it('tokens of providers and secrets are encrypted for their rows', async () => {
    const [account] = await target.query<{ id: string; token: string }>(
      `SELECT id, access_token AS token FROM oauth_accounts WHERE provider_id = 'p7'`,
    );

    expect(
      decrypt(
        account?.token ?? '',
        { table: 'oauth_accounts', column: 'access_token', rowId: account?.id ?? '' },
        keys.encryption('auth'),
      ),
    ).toBe('access-7');
  });
});
