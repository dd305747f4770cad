import {
  createAccount,
  linkOAuthAccount,
  type PrismaClient,
  type UserWithoutSecrets,
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
