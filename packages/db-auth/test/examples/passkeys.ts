import type { PasskeyId, UserId } from '@codezest/db-types';
import {
  type Client,
  consumePasskeyChallenge,
  findPasskey,
  issuePasskeyChallenge,
  type LoginByPasskey,
  listPasskeys,
  logInWithPasskey,
  type NewPasskey,
  passkeyUserHandle,
  registerPasskey,
  removePasskey,
} from '../../src/index.js';

/** For `generateRegistrationOptions` of @simplewebauthn/server. */
export async function registrationOptions(client: Client, userId: UserId) {
  const { challenge } = await issuePasskeyChallenge(client, { purpose: 'REGISTRATION', userId });
  const passkeys = await listPasskeys(client, userId);
  return {
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    userID: passkeyUserHandle(userId),
    excludeCredentials: passkeys.map(({ credentialId }) => ({
      id: Buffer.from(credentialId).toString('base64url'),
    })),
  };
}

/** `expectedChallenge` of `verifyRegistrationResponse`; then `register` with what it has verified. */
export const isOurRegistration = (client: Client, userId: UserId) => (challenge: string) =>
  consumePasskeyChallenge(client, { purpose: 'REGISTRATION', userId, challenge });

export const register = (client: Client, passkey: NewPasskey) => registerPasskey(client, passkey);

/** For `generateAuthenticationOptions`: without a name, for the passkey says whose it is. */
export async function loginOptions(client: Client) {
  const { challenge } = await issuePasskeyChallenge(client, { purpose: 'LOGIN' });
  return { challenge: new Uint8Array(Buffer.from(challenge, 'base64url')) };
}

/** `credential` and `expectedChallenge` of `verifyAuthenticationResponse`. */
export async function knownCredential(client: Client, id: string) {
  const passkey = await findPasskey(client, id);
  return passkey && { id, publicKey: passkey.publicKey, counter: Number(passkey.signCount) };
}

export const isOurLogin = (client: Client) => (challenge: string) =>
  consumePasskeyChallenge(client, { purpose: 'LOGIN', challenge });

/** Where `verified` is true; then as after a password: PROVEN, or the second factor where the person was not verified. */
export const logInByPasskey = (client: Client, answer: LoginByPasskey) => logInWithPasskey(client, answer);

export const remove = (client: Client, userId: UserId, passkeyId: PasskeyId) =>
  removePasskey(client, { userId, passkeyId }); // refuses the last way in
