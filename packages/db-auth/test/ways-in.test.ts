import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { id, oauthAccount, passkey, twoFactorCredential, user } from './constraints/rows.js';
import { createTestDatabase, type TestDatabase } from './database.js';

interface Race {
  title: string;
  given: string;
  /** Each is allowed alone, both together are not. */
  first: string;
  second: string;
  rule: string;
}

const races: Race[] = [
  {
    title: 'unlinking each of two OAuth accounts',
    given: user({ password: null }) + oauthAccount() + oauthAccount({ id: id(2), provider: 'GOOGLE' }),
    first: `DELETE FROM oauth_accounts WHERE id = '${id(1)}'`,
    second: `DELETE FROM oauth_accounts WHERE id = '${id(2)}'`,
    rule: 'users_way_in_rule',
  },
  {
    title: 'removing the password and unlinking the OAuth account',
    given: user() + oauthAccount(),
    first: 'UPDATE users SET password = NULL',
    second: 'DELETE FROM oauth_accounts',
    rule: 'users_way_in_rule',
  },
  {
    title: 'removing the passkey and unlinking the OAuth account',
    given: user({ password: null }) + passkey() + oauthAccount(),
    first: 'DELETE FROM passkeys',
    second: 'DELETE FROM oauth_accounts',
    rule: 'users_way_in_rule',
  },
  {
    title: 'asking for the second factor and removing it',
    given: user() + twoFactorCredential(),
    first: 'UPDATE users SET two_factor_enabled = true',
    second: 'DELETE FROM two_factor_credentials',
    rule: 'users_two_factor_rule',
  },
];

describe('of two transactions that together lock a user out', () => {
  let database: TestDatabase;
  let one: Client;
  let two: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    [one, two] = [new Client(database.url), new Client(database.url)];
    await Promise.all([one.connect(), two.connect()]);
  });
  afterAll(async () => {
    await Promise.all([one?.end(), two?.end()]);
    await database?.drop();
  });

  test.each(races)('the second waits, and is refused: $title', async ({ given, first, second, rule }) => {
    await database.owner.client.user.deleteMany();
    await one.query(`BEGIN; ${given} COMMIT`);

    await one.query(`BEGIN; ${first}`);
    await two.query(`BEGIN; SET LOCAL lock_timeout = '100ms'; ${second}`);
    await one.query('SET CONSTRAINTS ALL IMMEDIATE');
    await expect(two.query('SET CONSTRAINTS ALL IMMEDIATE')).rejects.toMatchObject({ code: '55P03' });
    await Promise.all([one.query('COMMIT'), two.query('ROLLBACK')]);

    await expect(two.query(second)).rejects.toMatchObject({ code: '23514', constraint: rule });
  });
});
