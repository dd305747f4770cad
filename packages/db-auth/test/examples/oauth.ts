import type { UserId } from '@codezest/db-types';
import {
  type Client,
  createAccount,
  keyringFromEnvironment,
  linkOAuthAccount,
  type PrismaClient,
  readOAuthTokens,
  type UserWithoutSecrets,
  unlinkOAuthAccount,
} from '../../src/index.js';

interface GitHubAccount {
  id: string;
  email: string;
  name: string;
  accessToken: string;
}

export function registerByGitHub(client: PrismaClient, github: GitHubAccount): Promise<UserWithoutSecrets> {
  return client.$transaction(async (transaction) => {
    const { user } = await createAccount(transaction, {
      email: github.email,
      passwordHash: null,
      firstName: github.name,
      lastName: '',
      emailVerified: true,
    });
    // The token is encrypted with the keys in AUTH_ENCRYPTION_KEYS.
    await linkOAuthAccount(transaction, {
      userId: user.id,
      provider: 'GITHUB',
      providerId: github.id,
      accessToken: github.accessToken,
    });
    return user;
  });
}

/** The keys may be given; without, AUTH_ENCRYPTION_KEYS is read. */
export async function gitHubToken(client: Client, userId: UserId): Promise<string | null> {
  const keyring = keyringFromEnvironment('AUTH_ENCRYPTION_KEYS');
  return (await readOAuthTokens(client, { userId, provider: 'GITHUB' }, { encryption: keyring })).accessToken;
}

export const disconnectGitHub = (client: Client, userId: UserId) =>
  unlinkOAuthAccount(client, { userId, provider: 'GITHUB' }); // refuses the last way in
