import {
  authenticateSession,
  consumeRecoveryCode,
  createClient,
  readOAuthTokens,
  readTwoFactorSecret,
  rotateSession,
} from '@codezest/db-auth';
import { parseUserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runImport } from '../src/engine/run-import.js';
import { createOldDatabase, type OldDatabase } from './old-schema/old-database.js';
import { authTarget, keys, type TargetDatabase } from './targets.js';

const encryption = keys.encryption('auth');
const lookup = keys.lookup('auth');

let old: OldDatabase;
let target: TargetDatabase;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  old = await createOldDatabase(30);
  target = await authTarget();
  await old.client.query(
    `UPDATE "auth.sessions" SET "createdAt" = now() - interval '1 day', "expiresAt" = now() + interval '10 days'`,
  );
  await runImport({ sourceUrl: old.url, targets: [target], keys });
  client = createClient({ url: target.url });
});
afterAll(async () => {
  await client.$disconnect();
  await target.drop();
  await old.drop();
});

const userId = async (email: string) => {
  const [user] = await target.query<{ id: string }>('SELECT id::text FROM users WHERE email = $1', email);
  return parseUserId(user?.id ?? '');
};

it('whoever was logged in stays logged in with the token of the browser, and refreshes it', async () => {
  const request = await authenticateSession(client, 'token-1-2');
  const refreshed = await rotateSession(client, { token: 'token-1-2' });

  expect(request?.user.id).toBe(await userId('user1@example.com'));
  expect(refreshed.outcome).toBe('ROTATED');
});

it('the authenticator and the recovery codes of before prove the second factor', async () => {
  const id = await userId('user21@example.com');

  expect((await readTwoFactorSecret(client, id, { encryption })).secret).toBe('JBSWY3DPEHPK3PXP');
  expect(await consumeRecoveryCode(client, { userId: id, code: '33334 4441' }, { lookup })).toBe(1);
});

it('tokens of providers are read as they were', async () => {
  const id = await userId('user7@example.com');

  expect(await readOAuthTokens(client, { userId: id, provider: 'GITHUB' }, { encryption })).toMatchObject({
    accessToken: 'access-7',
  });
});
