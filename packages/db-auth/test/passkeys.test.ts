import { createHash, randomBytes } from 'node:crypto';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  completeLogin,
  consumePasskeyChallenge,
  deleteExpired,
  findPasskey,
  forgetOAuthTokens,
  issuePasskeyChallenge,
  listPasskeys,
  logInWithPasskey,
  type NewPasskey,
  type PrismaClient,
  passkeyUserHandle,
  registerPasskey,
  removePasskey,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import {
  isOurLogin,
  isOurRegistration,
  knownCredential,
  logInByPasskey,
  loginOptions,
  register,
  registrationOptions,
  remove,
} from './examples/passkeys.js';
import { newAccount, racingDatabase, refusal } from './fixtures.js';
import { letPass } from './passing-time.js';
import { SoftwareAuthenticator } from './software-authenticator.js';

const origin = 'https://codezest.example';
const rpID = 'codezest.example';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** Registration as a service does it, with the library that verifies. */
async function registered(userId: UserId, authenticator = new SoftwareAuthenticator(origin, rpID)) {
  const options = await generateRegistrationOptions({
    rpName: 'CodeZest',
    rpID,
    userName: 'maya',
    ...(await registrationOptions(client, userId)),
  });
  const response = authenticator.register(options.challenge);
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: isOurRegistration(client, userId),
    expectedOrigin: origin,
    expectedRPID: rpID,
  });
  if (!verified || !registrationInfo) throw new Error('not verified');
  const { credential, credentialDeviceType, credentialBackedUp, userVerified, aaguid } = registrationInfo;
  const passkey = await register(client, {
    userId,
    credentialId: credential.id,
    publicKey: credential.publicKey,
    signCount: credential.counter,
    transports: credential.transports,
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    userVerified,
    aaguid,
  });
  return { authenticator, passkey, response };
}

async function logIn(authenticator: SoftwareAuthenticator, userHandle?: string) {
  const options = await generateAuthenticationOptions({ rpID, ...(await loginOptions(client)) });
  const response = authenticator.logIn(options.challenge, userHandle);
  const verify = async () => {
    const credential = await knownCredential(client, response.id);
    if (!credential) throw new Error('unknown');
    return verifyAuthenticationResponse({
      response,
      credential,
      expectedChallenge: isOurLogin(client),
      expectedOrigin: origin,
      expectedRPID: rpID,
    });
  };
  const { verified, authenticationInfo } = await verify();
  if (!verified) throw new Error('not verified');
  const { newCounter, credentialBackedUp, userVerified } = authenticationInfo;
  const step = await logInByPasskey(client, {
    credentialId: response.id,
    signCount: newCounter,
    backedUp: credentialBackedUp,
    userVerified,
    userHandle: response.response.userHandle,
  });
  return { step, again: verify };
}

const handleOf = (userId: UserId) => Buffer.from(passkeyUserHandle(userId)).toString('base64url');

let sequence = 0;
const credential = (userId: UserId, changes: Partial<NewPasskey> = {}): NewPasskey => {
  sequence += 1;
  return {
    userId,
    credentialId: createHash('sha256').update(`credential ${sequence}`).digest(),
    publicKey: randomBytes(77),
    signCount: 0,
    backupEligible: true,
    backedUp: false,
    userVerified: true,
    ...changes,
  };
};
const account = async () => (await newAccount(client, { emailVerified: true })).user.id;

describe('a passkey', () => {
  test('is registered and logs in, without a name, with a real library and a real signature', async () => {
    const userId = await account();
    const { authenticator, passkey } = await registered(userId);
    expect(passkey).toEqual(await client.passkey.findUniqueOrThrow({ where: { id: passkey.id } }));

    const { step } = await logIn(authenticator, handleOf(userId));

    expect(step).toMatchObject({ step: 'PROVEN', userId });
    const complete = await completeLogin(client, { token: step.step === 'REFUSED' ? '' : step.token });
    expect(complete).toMatchObject({ step: 'COMPLETE', session: { loginMethod: 'PASSKEY' } });
    const [used] = await listPasskeys(client, userId);
    expect(used).toMatchObject({ signCount: 1n, lastUsedAt: expect.any(Date), provenAt: null });
  });

  test('answers each challenge once, the browser’s own as little as another’s', async () => {
    const userId = await account();
    const { authenticator } = await registered(userId);
    const { again } = await logIn(authenticator);

    await expect(again()).rejects.toThrow(/challenge/i);
    const { challenge } = await issuePasskeyChallenge(client, { purpose: 'REGISTRATION', userId });
    expect(await consumePasskeyChallenge(client, { purpose: 'LOGIN', challenge })).toBe(false);
    const other = { purpose: 'REGISTRATION', userId: await account(), challenge } as const;
    expect(await consumePasskeyChallenge(client, other)).toBe(false);
    expect(await consumePasskeyChallenge(client, { ...other, userId })).toBe(true);
    expect(await consumePasskeyChallenge(client, { ...other, userId })).toBe(false);
    const { challenge: late } = await issuePasskeyChallenge(client, { purpose: 'REGISTRATION', userId });
    await letPass(database, 'passkey_challenges', 300, { column: 'user_id', value: userId });
    expect(await consumePasskeyChallenge(client, { ...other, userId, challenge: late })).toBe(false);
  });

  test('belongs to one user, whoever else presents its registration', async () => {
    const [one, two] = [await account(), await account()];
    const first = await registerPasskey(
      client,
      credential(one, { signCount: 4_294_967_295, transports: ['hybrid', ''] }),
    );

    expect(
      await refusal(registerPasskey(client, credential(two, { credentialId: first.credentialId }))),
    ).toBe('PASSKEY_TAKEN');
    expect(await findPasskey(client, Buffer.from(first.credentialId).toString('base64url'))).toEqual(first);
    const login = { credentialId: first.credentialId, signCount: 0, backedUp: true, userVerified: true };
    for (const userHandle of [handleOf(two), '', 'no handle']) {
      expect(await logInWithPasskey(client, { ...login, userHandle })).toMatchObject({ step: 'REFUSED' });
    }
    expect(await logInWithPasskey(client, { ...login, userHandle: null })).toMatchObject({ step: 'PROVEN' });
    expect(await findPasskey(client, first.credentialId)).toMatchObject({
      signCount: 4_294_967_295n,
      backedUp: true,
    });
    expect(await findPasskey(client, 'no base64url!')).toBeNull();
  });

  test('is refused where it is none', async () => {
    const userId = await account();
    const wrong: Partial<NewPasskey>[] = [
      { credentialId: new Uint8Array() },
      { credentialId: randomBytes(1024) },
      { publicKey: new Uint8Array() },
      { signCount: -1 },
      { signCount: 1.5 },
      { signCount: 2 ** 32 },
      { transports: 'usb' as never },
    ];
    for (const changes of wrong) {
      expect(await refusal(registerPasskey(client, credential(userId, changes)))).toBe('PASSKEY_INVALID');
    }
    expect(
      (await registerPasskey(client, credential(userId, { credentialId: randomBytes(1023) }))).transports,
    ).toEqual([]);
  });

  test('without user verification is one factor', async () => {
    const userId = await account();
    const { credentialId } = await registerPasskey(client, credential(userId));
    await client.user.update({
      where: { id: userId },
      data: {
        twoFactorEnabled: true,
        twoFactorCredential: { create: { secret: `v1.k1.${'n'.repeat(16)}.c.${'t'.repeat(22)}` } },
      },
    });
    const login = { credentialId, signCount: 0, backedUp: false };

    expect(await logInWithPasskey(client, { ...login, userVerified: false })).toMatchObject({
      step: 'SECOND_FACTOR',
    });
    expect(await logInWithPasskey(client, { ...login, userVerified: true })).toMatchObject({
      step: 'PROVEN',
    });
  });

  test('may be the only way in, from the beginning on, which stays', async () => {
    const { id, userId, credentialId } = await client.$transaction(async (open) => {
      const { user } = await newAccount(open, { passwordHash: null, emailVerified: true });
      return registerPasskey(open, credential(user.id as UserId));
    });
    const login = { credentialId, signCount: 0, backedUp: false, userVerified: true };

    expect(await logInWithPasskey(client, login)).toMatchObject({ step: 'PROVEN', userId });
    expect(await refusal(remove(client, userId, id))).toBe('LAST_WAY_IN');
    const second = await registerPasskey(client, credential(userId));
    await remove(client, userId, id);
    expect(await refusal(removePasskey(client, { userId, passkeyId: id }))).toBe('PASSKEY_NOT_FOUND');
    expect(await refusal(removePasskey(client, { userId, passkeyId: second.id }))).toBe('LAST_WAY_IN');
  });

  test(`is registered once by ${CALLERS}, its counter never goes back, its challenge works once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = await account();
      const passkey = credential(userId);

      const { won } = await race(() => registerPasskey(client, passkey));
      const { credentialId } = passkey;
      const logins = await race((caller) =>
        logInWithPasskey(client, { credentialId, signCount: caller, backedUp: false, userVerified: true }),
      );
      const { won: issued } = await race(() => issuePasskeyChallenge(client, { purpose: 'LOGIN' }));
      const challenge = issued[0]?.challenge ?? '';
      const taken = await race(() => consumePasskeyChallenge(client, { purpose: 'LOGIN', challenge }));

      expect(won).toHaveLength(1);
      expect(logins.won.filter(({ step }) => step === 'PROVEN')).toHaveLength(CALLERS);
      expect(await findPasskey(client, credentialId)).toMatchObject({ signCount: BigInt(CALLERS - 1) });
      expect(taken.won.filter(Boolean)).toHaveLength(1);
    }
  });

  test(`of two that are the only ways in one stays, whoever removes them at once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = await account();
      const both = [
        await registerPasskey(client, credential(userId)),
        await registerPasskey(client, credential(userId)),
      ];
      await client.user.update({ where: { id: userId }, data: { password: null } });

      await race((caller) => removePasskey(client, { userId, passkeyId: both[caller % 2]?.id as never }));

      expect(await listPasskeys(client, userId)).toHaveLength(1);
    }
  });
});

test(`provider tokens are forgotten, and what has expired goes, beside ${CALLERS} others, ${ROUNDS} rounds`, async () => {
  const userId = await account();
  const choice = { userId, provider: 'GITHUB' } as const;
  await client.oAuthAccount.create({ data: { ...choice, providerId: '1815' } });
  for (let round = 0; round < ROUNDS; round += 1) {
    await client.knownDevice.createMany({
      data: Array.from({ length: 40 }, () => ({
        userId,
        tokenHash: randomBytes(32),
        lastUsedAt: new Date(Date.now() - 2000),
        expiresAt: new Date(Date.now() - 1000),
      })),
    });

    const { won, refused } = await race<unknown>((caller) =>
      caller % 2 ? deleteExpired(client, { batch: 7 }) : forgetOAuthTokens(client, choice),
    );

    expect(refused).toEqual({});
    const gone = won.flatMap((each) =>
      each === undefined ? [] : (each as { known_devices: number }).known_devices,
    );
    expect(gone.reduce((sum, count) => sum + count, 0)).toBe(40);
  }
});
