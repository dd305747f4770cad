import { randomBytes } from 'node:crypto';
import { describeCiphertexts } from '@codezest/constraint-tests';
import {
  type Keyring,
  linkOAuthAccount,
  readOAuthTokens,
  readTwoFactorSecret,
  startTwoFactorEnrolment,
} from '../src/index.js';
import { createTestDatabase } from './database.js';
import { newAccount } from './fixtures.js';

// The same key under two ids: an envelope is bound to the id as well.
const key = randomBytes(32);
const keyring: Keyring = {
  current: 'k1',
  keys: new Map([
    ['k1', key],
    ['k0', key],
  ]),
};

describeCiphertexts({
  createDatabase: createTestDatabase,
  async store({ client }) {
    const both = await Promise.all([newAccount(client), newAccount(client)]);
    const places = await Promise.all(
      both.map(async ({ user: { id: userId } }) => {
        const account = { userId, provider: 'GITHUB', providerId: userId } as const;
        const tokens = { accessToken: 'access', refreshToken: 'refresh' };
        const { id } = await linkOAuthAccount(client, { ...account, ...tokens }, { encryption: keyring });
        await startTwoFactorEnrolment(client, { userId, secret: 'secret' }, { encryption: keyring });
        const credential = await client.twoFactorCredential.findUniqueOrThrow({ where: { userId } });
        const readTokens = () => readOAuthTokens(client, account, { encryption: keyring });
        return [
          { table: 'oauth_accounts', column: 'access_token', rowId: id, read: readTokens },
          { table: 'oauth_accounts', column: 'refresh_token', rowId: id, read: readTokens },
          {
            table: 'two_factor_credentials',
            column: 'secret',
            rowId: credential.id,
            read: () => readTwoFactorSecret(client, userId, { encryption: keyring }),
          },
        ];
      }),
    );
    return places.flat();
  },
});
