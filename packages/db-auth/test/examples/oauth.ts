import type { UserId } from '@codezest/db-types';
import {
  type Client,
  EmailTakenError,
  forgetOAuthTokens,
  keyringFromEnvironment,
  linkOAuthAccount,
  logInWithOAuth,
  readOAuthTokens,
  unlinkOAuthAccount,
} from '../../src/index.js';

/** The claims of an ID token, whose signature and nonce your library has checked. */
interface Claims {
  sub: string;
  email?: string;
  email_verified?: boolean;
  given_name: string;
  family_name?: string;
}

/** Finds, links or registers the account. Then as after a password: PROVEN, SECOND_FACTOR … */
export async function logInByGoogle(
  client: Client,
  claims: Claims,
  tokens: { accessToken: string; refreshToken?: string },
) {
  try {
    return await logInWithOAuth(client, {
      provider: 'GOOGLE',
      providerId: claims.sub,
      email: claims.email,
      emailVerified: claims.email_verified,
      firstName: claims.given_name,
      lastName: claims.family_name,
      ...tokens, // encrypted with the keys in AUTH_ENCRYPTION_KEYS
    });
  } catch (error) {
    // An account has the address, and one side has not proven it: log in by a mailed code, then try again.
    if (error instanceof EmailTakenError) return null;
    throw error;
  }
}

/** On the settings page, for who is logged in. Mail a confirmation. */
export const connectGitHub = (client: Client, userId: UserId, providerId: string, accessToken: string) =>
  linkOAuthAccount(client, { userId, provider: 'GITHUB', providerId, accessToken });

/** The keys may be given; without, AUTH_ENCRYPTION_KEYS is read. */
export async function gitHubToken(client: Client, userId: UserId): Promise<string | null> {
  const keyring = keyringFromEnvironment('AUTH_ENCRYPTION_KEYS');
  return (await readOAuthTokens(client, { userId, provider: 'GITHUB' }, { encryption: keyring })).accessToken;
}

/** The consent was revoked at the provider. */
export const forgetGitHub = (client: Client, userId: UserId) =>
  forgetOAuthTokens(client, { userId, provider: 'GITHUB' });

export const disconnectGitHub = (client: Client, userId: UserId) =>
  unlinkOAuthAccount(client, { userId, provider: 'GITHUB' }); // refuses the last way in
