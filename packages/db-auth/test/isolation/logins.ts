import {
  beginLogin,
  beginMailedLogin,
  beginSecondFactor,
  type Client,
  changePassword,
  completeLogin,
  endSession,
  linkOAuthAccount,
  proveMailedCode,
  provePassword,
  proveRecoveryCode,
  proveSecondFactor,
  revokeAllSessions,
  revokeSession,
  rotateSession,
  startSession,
} from '../../src/index.js';
import { otherPasswordHash, passwordHash } from '../fixtures.js';
import { type Account, accountCase, guarded, newUser, type Own } from './account.js';

const begin = (client: Client, { email }: Account) =>
  beginLogin(client, { emailOrUsername: email, decoyHash: otherPasswordHash, ipAddress: '192.0.2.17' });
const setPassword = (client: Client, { userId }: Account) =>
  changePassword(client, { userId, passwordHash: otherPasswordHash });
const start = (client: Client, { userId }: Account) =>
  startSession(client, { userId, loginMethod: 'PASSWORD' });

export function loginCases(own: Own) {
  const begun = async () => {
    const user = await newUser(own);
    return { ...user, token: (await begin(own(), user)).token };
  };
  const proven = async () => {
    const login = await begun();
    await provePassword(own(), { token: login.token, isRight: true });
    return login;
  };
  const waiting = async () => {
    const user = await guarded(own);
    const { token } = await begin(own(), user);
    await provePassword(own(), { token, isRight: true });
    return { ...user, token };
  };
  const mailed = async () => {
    const user = await newUser(own, { emailVerified: false });
    const { token, mail } = await beginMailedLogin(own(), { email: user.email });
    return { ...user, token, code: mail?.code ?? '' };
  };
  const loggedIn = async () => {
    const user = await newUser(own);
    const { token, session } = await start(own(), user);
    return { ...user, token, sessionId: session.id };
  };
  const refresh = (client: Client, { token }: { token: string }) => rotateSession(client, { token });

  return {
    beginLogin: accountCase(own, { given: () => newUser(own), act: begin }),
    provePassword: accountCase(own, {
      given: begun,
      act: (client, { token }) => provePassword(client, { token, isRight: true }),
      rival: setPassword,
    }),
    completeLogin: accountCase(own, {
      given: proven,
      act: (client, { token }) => completeLogin(client, { token }),
      rival: setPassword,
    }),
    beginSecondFactor: accountCase(own, {
      given: waiting,
      act: (client, { token }) => beginSecondFactor(client, token),
    }),
    proveSecondFactor: accountCase(own, {
      given: waiting,
      act: (client, { token, credentialId, step }) =>
        proveSecondFactor(client, { token, credentialId, step }),
    }),
    proveRecoveryCode: accountCase(own, {
      given: waiting,
      act: (client, { token, codes }) => proveRecoveryCode(client, { token, code: codes[0] ?? '' }),
    }),
    beginMailedLogin: accountCase(own, {
      given: () => newUser(own),
      act: (client, { email }) => beginMailedLogin(client, { email, ipAddress: '192.0.2.17' }),
    }),
    proveMailedCode: accountCase(own, {
      given: mailed,
      act: (client, { token, code }) => proveMailedCode(client, { token, code }),
      rival: (client, { userId }) =>
        linkOAuthAccount(client, { userId, provider: 'GITHUB', providerId: userId }),
    }),
    startSession: accountCase(own, {
      given: () => newUser(own),
      act: start,
      rival: (client, { userId }) => revokeAllSessions(client, { userId }),
    }),
    rotateSession: accountCase(own, {
      given: loggedIn,
      act: refresh,
      rival: (client, { userId }) => revokeAllSessions(client, { userId }),
    }),
    endSession: accountCase(own, {
      given: loggedIn,
      act: (client, { token }) => endSession(client, token),
      rival: refresh,
    }),
    revokeSession: accountCase(own, {
      given: loggedIn,
      act: (client, { userId, sessionId }) => revokeSession(client, { userId, sessionId }),
      rival: refresh,
    }),
    revokeAllSessions: accountCase(own, {
      given: loggedIn,
      act: (client, { userId }) => revokeAllSessions(client, { userId }),
      rival: start,
    }),
    changePassword: accountCase(own, {
      given: () => newUser(own, { passwordHash }),
      act: setPassword,
      rival: start,
    }),
  };
}
