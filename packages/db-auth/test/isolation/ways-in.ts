import { isolationCase } from '@codezest/constraint-tests';
import {
  acceptTwoFactorCode,
  type Client,
  consumePasskeyChallenge,
  consumeRecoveryCode,
  consumeWaysInConfirmation,
  disableTwoFactor,
  enableTwoFactor,
  forgetOAuthTokens,
  issuePasskeyChallenge,
  issueWaysInConfirmation,
  linkOAuthAccount,
  lockSession,
  logInWithOAuth,
  logInWithPasskey,
  registerPasskey,
  removePasskey,
  replaceRecoveryCodes,
  startSession,
  startTwoFactorEnrolment,
  unlinkOAuthAccount,
} from '../../src/index.js';
import {
  type Account,
  accountCase,
  guarded,
  newPasskey,
  newUser,
  type Own,
  stepNow,
  takeReset,
  withReset,
} from './account.js';

const link = (client: Client, { userId }: Account) =>
  linkOAuthAccount(client, { userId, provider: 'GITHUB', providerId: userId, accessToken: 'a' });
const unlink = (client: Client, { userId }: Account) =>
  unlinkOAuthAccount(client, { userId, provider: 'GITHUB' });
const useCode = (client: Client, { userId, codes }: Account & { codes: string[] }) =>
  consumeRecoveryCode(client, { userId, code: codes[0] ?? '' });

export function waysInCases(own: Own) {
  const linked = async () => {
    const user = await newUser(own);
    await link(own(), user);
    return user;
  };
  const withPasskey = async () => {
    const user = await newUser(own);
    const passkey = newPasskey(user.userId);
    const { id } = await registerPasskey(own(), passkey);
    return { ...user, passkeyId: id, credentialId: passkey.credentialId };
  };
  /** Two ways in and no password: of these one may go. */
  const withTwo = async () => {
    const user = await withPasskey();
    await link(own(), user);
    await own().user.update({ where: { id: user.userId }, data: { password: null } });
    return user;
  };
  const challenged = async () => {
    const user = await newUser(own);
    const { challenge } = await issuePasskeyChallenge(own(), {
      purpose: 'REGISTRATION',
      userId: user.userId,
    });
    return { ...user, challenge };
  };
  const enrolling = async () => {
    const user = await newUser(own);
    const credentialId = await startTwoFactorEnrolment(own(), { userId: user.userId, secret: 'FIRST' });
    return { ...user, credentialId, step: stepNow() };
  };
  const enable = (client: Client, { userId, credentialId, step }: Awaited<ReturnType<typeof enrolling>>) =>
    enableTwoFactor(client, { userId, credentialId, step });
  const enrol = (client: Client, { userId }: Account) =>
    startTwoFactorEnrolment(client, { userId, secret: 'SECOND' });
  const confirming = async () => {
    const user = await linked();
    return { ...user, token: (await issueWaysInConfirmation(own(), user.userId)).token };
  };
  const stolen = async () => {
    const user = await withReset(own);
    return {
      ...user,
      token: (await startSession(own(), { userId: user.userId, loginMethod: 'PASSWORD' })).token,
    };
  };

  return {
    lockSession: accountCase(own, {
      given: stolen,
      act: async (client, { token, userId, email }) => {
        const request = await lockSession(client as Parameters<typeof lockSession>[0], token);
        return request && link(client, { userId, email });
      },
      rival: takeReset,
    }),
    linkOAuthAccount: accountCase(own, { given: () => withReset(own), act: link, rival: takeReset }),
    unlinkOAuthAccount: accountCase(own, {
      given: withTwo,
      act: unlink,
      rival: (client, { userId, passkeyId }) => removePasskey(client, { userId, passkeyId }),
    }),
    forgetOAuthTokens: accountCase(own, {
      given: linked,
      act: (client, { userId }) => forgetOAuthTokens(client, { userId, provider: 'GITHUB' }),
      rival: link,
    }),
    logInWithOAuth: isolationCase({
      given: async () => ({ providerId: `${Math.random()}` }),
      act: (client: Client, { providerId }: { providerId: string }) =>
        logInWithOAuth(client, {
          provider: 'GOOGLE',
          providerId,
          email: `by${providerId}@example.com`,
          emailVerified: true,
          firstName: 'Ada',
        }),
      rival: (client, { providerId }) =>
        logInWithOAuth(client, {
          provider: 'MICROSOFT',
          providerId,
          email: `by${providerId}@example.com`,
          emailVerified: true,
          firstName: 'Ada',
        }),
      state: async (_client, { providerId }) => [
        await own().user.count({ where: { email: `by${providerId}@example.com` } }),
        await own().oAuthAccount.count({ where: { providerId } }),
      ],
    }),
    registerPasskey: accountCase(own, {
      given: () => withReset(own),
      act: (client, { userId }) => registerPasskey(client, newPasskey(userId)),
      rival: takeReset,
    }),
    removePasskey: accountCase(own, {
      given: withTwo,
      act: (client, { userId, passkeyId }) => removePasskey(client, { userId, passkeyId }),
      rival: unlink,
    }),
    logInWithPasskey: accountCase(own, {
      given: withPasskey,
      act: (client, { credentialId }) =>
        logInWithPasskey(client, { credentialId, signCount: 3, backedUp: false, userVerified: true }),
      rival: (client, { credentialId }) =>
        logInWithPasskey(client, { credentialId, signCount: 2, backedUp: false, userVerified: true }),
    }),
    issuePasskeyChallenge: accountCase(own, {
      given: () => withReset(own),
      act: (client, { userId }) => issuePasskeyChallenge(client, { purpose: 'REGISTRATION', userId }),
      rival: takeReset,
    }),
    consumePasskeyChallenge: accountCase(own, {
      given: challenged,
      act: (client, { userId, challenge }) =>
        consumePasskeyChallenge(client, { purpose: 'REGISTRATION', userId, challenge }),
    }),
    startTwoFactorEnrolment: accountCase(own, { given: enrolling, act: enrol, rival: enable }),
    enableTwoFactor: accountCase(own, { given: enrolling, act: enable, rival: enrol }),
    acceptTwoFactorCode: accountCase(own, {
      given: () => guarded(own),
      act: (client, { userId, credentialId, step }) =>
        acceptTwoFactorCode(client, { userId, credentialId, step }),
    }),
    disableTwoFactor: accountCase(own, {
      given: () => guarded(own),
      act: (client, { userId }) => disableTwoFactor(client, userId),
      rival: (client, { userId, credentialId, step }) =>
        acceptTwoFactorCode(client, { userId, credentialId, step }),
    }),
    consumeRecoveryCode: accountCase(own, { given: () => guarded(own), act: useCode }),
    replaceRecoveryCodes: accountCase(own, {
      given: () => guarded(own),
      act: (client, { userId }) => replaceRecoveryCodes(client, userId),
      rival: useCode,
    }),
    issueWaysInConfirmation: accountCase(own, {
      given: () => newUser(own),
      act: (client, { userId }) => issueWaysInConfirmation(client, userId),
      rival: link,
    }),
    consumeWaysInConfirmation: accountCase(own, {
      given: confirming,
      act: (client, { token }) => consumeWaysInConfirmation(client, token),
      rival: unlink,
    }),
  };
}
