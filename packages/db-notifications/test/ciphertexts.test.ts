import { randomBytes } from 'node:crypto';
import { describeCiphertexts } from '@codezest/constraint-tests';
import { pushTargets, registerDevice } from '../src/index.js';
import { createTestDatabase } from './database.js';
import { keyring, newUser } from './fixtures.js';

// The same key under two ids: an envelope is bound to the id as well.
const key = randomBytes(32);
const encryption = {
  current: 'k1',
  keys: new Map([
    ['k1', key],
    ['k0', key],
  ]),
};
const keys = { encryption, lookup: keyring('h1') };

describeCiphertexts({
  createDatabase: createTestDatabase,
  store: ({ client }) =>
    Promise.all(
      ['token 1', 'token 2', 'token 3'].map(async (token) => {
        const userId = newUser();
        const { id } = await registerDevice(client, { userId, token, platform: 'WEB' }, keys);
        const read = () => pushTargets(client, [userId], keys);
        return { table: 'user_devices', column: 'token_encrypted', rowId: id, read };
      }),
    ),
});
