import { randomBytes, randomUUID } from 'node:crypto';
import type * as Auth from '@codezest/db-auth';
import type { WaysIn } from './way-in.js';

/** In the form of a hash of a password. */
const argon2id = (text: string) =>
  `$argon2id$v=19$m=19456,t=2,p=1$Y29kZXplc3Qtc2VlZC0xNg$${text.padEnd(43, 'A')}`;
const stepNow = () => Math.floor(Date.now() / 30_000);
const inAnHour = () => new Date(Date.now() + 3_600_000);

export interface AuthKeys {
  readonly encryption: Auth.Keyring;
  readonly lookup: Auth.Keyring;
}

export function authWaysIn(auth: typeof Auth, keys: AuthKeys): WaysIn<Auth.PrismaClient> {
  let user = {} as Auth.CreatedAccount['user'];
  let session = {} as Auth.StartedSession['session'];
  const tokens = { verification: '', session: '', replaced: '', reset: '', emailChange: '' };
  let codes: string[] = [];
  let credentialId = '' as Auth.TwoFactorSecret['credentialId'];
  const origin = { ipAddress: '192.0.2.17' };

  return {
    async 'an account'(give, client) {
      const created = await auth.createAccount(client, {
        email: give.text('e-mail', (text) => `${text}@example.com`),
        passwordHash: give.text('password hash', argon2id),
        firstName: give.text('first name'),
        lastName: give.text('last name'),
        username: give.text('username'),
        profile: {
          displayName: give.text('display name'),
          avatar: give.text('avatar', (text) => `https://example.com/${text}.png`),
          timezone: 'Europe/Berlin',
        },
      });
      user = created.user;
      tokens.verification = created.verificationToken ?? '';
      give.issued('verification token', tokens.verification);
    },
    'a password in clear for an account': (give, client) =>
      give.refusal(
        auth.createAccount(client, {
          email: give.text('other e-mail', (text) => `${text}@example.com`),
          passwordHash: give.secret('password of a new account'),
          firstName: give.text('first name'),
          lastName: give.text('last name'),
        }),
      ),
    'an address that is taken': (give, client) =>
      give.refusal(
        auth.createAccount(client, {
          email: give.text('e-mail', (text) => `${text}@Example.com`),
          passwordHash: give.text('password hash', argon2id),
          firstName: give.text('first name'),
          lastName: give.text('last name'),
        }),
      ),
    async 'a verification token'(give, client) {
      await give.refusal(auth.consumeEmailVerification(client, give.secret('wrong verification token')));
      const { token } = await auth.issueEmailVerification(client, give.id(user.id));
      give.issued('second verification token', token);
      await give.refusal(auth.consumeEmailVerification(client, tokens.verification));
      await auth.consumeEmailVerification(client, token);
    },
    async 'who tried to log in'(give, client) {
      await auth.listLoginHistory(client, user.id);
      await give.refusal(
        auth.listLoginHistory(client, user.id, { cursor: give.secret('token as a cursor') }),
      );
    },
    async 'a session'(give, client) {
      const started = await auth.startSession(client, {
        ...origin,
        userId: give.id(user.id),
        loginMethod: 'PASSWORD',
        userAgent: give.text('user agent'),
      });
      give.issued('session token', started.token);
      ({ session } = started);
      tokens.session = started.token;
      await auth.authenticateSession(client, started.token);
      await auth.authenticateSession(client, give.secret('unknown session token'));
      await auth.endSession(client, give.secret('unknown session token'));
      await auth.lockSession(client, started.token);
      await auth.lockSession(client, give.secret('unknown session token'));
      await auth.listSessions(client, give.id(user.id));
    },
    async 'a refreshed session'(give, client) {
      const rotated = await auth.rotateSession(client, {
        ...origin,
        token: tokens.session,
        userAgent: give.text('user agent'),
      });
      if (rotated.outcome === 'ROTATED') {
        give.issued('refreshed token', rotated.token);
        tokens.replaced = tokens.session;
        tokens.session = rotated.token;
        ({ session } = rotated);
      }
      await give.refusal(auth.rotateSession(client, { token: give.secret('unknown refresh token') }));
      await auth.rotateSession(client, { token: tokens.replaced, userAgent: give.text('user agent') });
      await auth.endSession(client, tokens.replaced);
    },
    async 'a session that ends'(give, client) {
      await auth.revokeSession(client, { userId: give.id(user.id), sessionId: give.id(session.id) });
      await auth.revokeAllSessions(client, { userId: give.id(user.id) });
      const unknown = give.secret('token as the id of a session') as typeof session.id;
      await give.refusal(auth.revokeSession(client, { userId: user.id, sessionId: unknown }));
    },
    async 'a password reset'(give, client) {
      const { token } = await auth.issuePasswordReset(client, {
        ...origin,
        userId: give.id(user.id),
        userAgent: give.text('user agent'),
      });
      give.issued('reset token', token);
      const passwordHash = give.text('second password hash', argon2id);
      await give.refusal(
        auth.consumePasswordReset(client, { token, passwordHash: give.secret('password of a reset') }),
      );
      await give.refusal(
        auth.consumePasswordReset(client, { token: give.secret('wrong reset token'), passwordHash }),
      );
      const { deviceToken } = await auth.consumePasswordReset(client, {
        token,
        passwordHash,
        userAgent: give.text('user agent'),
      });
      give.issued('token of a device that reset', deviceToken);
    },
    async 'a password change'(give, client) {
      const passwordHash = give.text('third password hash', argon2id);
      await auth.changePassword(client, { userId: give.id(user.id), passwordHash });
      await give.refusal(
        auth.changePassword(client, { userId: user.id, passwordHash: give.secret('changed password') }),
      );
    },
    async 'another e-mail address'(give, client) {
      const newEmail = give.text('new e-mail', (text) => `${text}@example.com`);
      const { undo } = await auth.issueEmailChange(client, { userId: give.id(user.id), newEmail });
      give.issued('undo token', undo.token);
      const passwordHash = give.text('password hash of an undo', argon2id);
      await give.refusal(
        auth.undoEmailChange(client, { token: give.secret('wrong undo token'), passwordHash }),
      );
      await give.refusal(
        auth.undoEmailChange(client, { token: undo.token, passwordHash: give.secret('password of an undo') }),
      );
      const { deviceToken } = await auth.undoEmailChange(client, { token: undo.token, passwordHash });
      give.issued('token of a device that undid', deviceToken);
      const { token } = await auth.issueEmailChange(client, { userId: user.id, newEmail });
      give.issued('e-mail change token', token);
      await give.refusal(auth.consumeEmailChange(client, give.secret('wrong e-mail change token')));
      await auth.consumeEmailChange(client, token);
      await give.refusal(auth.issueEmailChange(client, { userId: user.id, newEmail }));
    },
    async 'an OAuth account'(give, client) {
      const account = { userId: give.id(user.id), provider: 'GITHUB' as const };
      await auth.linkOAuthAccount(
        client,
        {
          ...account,
          providerId: give.text('provider id'),
          accessToken: give.secret('OAuth access token'),
          refreshToken: give.secret('OAuth refresh token'),
          expiresAt: inAnHour(),
        },
        keys,
      );
      await auth.readOAuthTokens(client, account, keys);
      await give.refusal(auth.readOAuthTokens(client, account, { encryption: keys.lookup }));
      await auth.forgetOAuthTokens(client, account);
      await give.refusal(
        auth.readOAuthTokens(client, { ...account, providerId: give.secret('token as an id') }, keys),
      );
      await auth.unlinkOAuthAccount(client, account);
      await auth.linkOAuthAccount(
        client,
        {
          ...account,
          providerId: give.text('provider id'),
          accessToken: give.secret('OAuth access token'),
          refreshToken: give.secret('OAuth refresh token'),
        },
        keys,
      );
    },
    async 'an authenticator'(give, client) {
      const userId = give.id(user.id);
      credentialId = await auth.startTwoFactorEnrolment(
        client,
        { userId, secret: give.secret('TOTP secret') },
        keys,
      );
      await auth.readTwoFactorSecret(client, userId, keys);
      await give.refusal(auth.readTwoFactorSecret(client, userId, { encryption: keys.lookup }));
      codes = await auth.enableTwoFactor(client, { userId, credentialId, step: stepNow() - 3 }, keys);
      for (const [n, code] of codes.entries()) give.issued(`recovery code ${n}`, code);
      await give.refusal(auth.acceptTwoFactorCode(client, { userId, credentialId, step: stepNow() - 3 }));
      await auth.acceptTwoFactorCode(client, { userId, credentialId, step: stepNow() - 2 });
      const again = auth.startTwoFactorEnrolment(
        client,
        { userId, secret: give.secret('TOTP secret') },
        keys,
      );
      await give.refusal(again);
    },
    async 'a recovery code'(give, client) {
      const userId = give.id(user.id);
      await auth.consumeRecoveryCode(client, { userId, code: codes[0] ?? '' }, keys);
      await give.refusal(auth.consumeRecoveryCode(client, { userId, code: codes[0] ?? '' }, keys));
      await give.refusal(auth.consumeRecoveryCode(client, { userId, code: give.secret('wrong code') }, keys));
      codes = await auth.replaceRecoveryCodes(client, userId, keys);
      for (const [n, code] of codes.entries()) give.issued(`later recovery code ${n}`, code);
    },
    async 'a login on its way'(give, client) {
      const name = give.text('new e-mail', (text) => `${text}@example.com`);
      const decoyHash = give.text('decoy hash', argon2id);
      const place = { ...origin, userAgent: give.text('user agent'), location: give.text('location') };
      const deviceToken = give.secret('device token');
      const login = { ...place, deviceToken, emailOrUsername: name, decoyHash };
      const wrong = await auth.beginLogin(client, login);
      await auth.provePassword(client, { token: wrong.token, isRight: false });
      const { token } = await auth.beginLogin(client, login);
      give.issued('token of a login', token);
      await auth.provePassword(client, {
        token,
        isRight: true,
        newPasswordHash: give.text('new hash', argon2id),
      });
      await auth.beginSecondFactor(client, token, keys);
      await auth.proveSecondFactor(client, { token, credentialId, step: null });
      await auth.proveRecoveryCode(client, { token, code: give.secret('wrong recovery code') }, keys);
      await auth.proveSecondFactor(client, { token, credentialId, step: stepNow() });
      const complete = await auth.completeLogin(client, { token });
      if (complete.step === 'COMPLETE') {
        give.issued('session of a login', complete.token);
        give.issued('token of a device', complete.deviceToken ?? '');
      }
      const again = await auth.beginLogin(client, {
        ...login,
        emailOrUsername: give.secret('password as a name'),
      });
      await auth.provePassword(client, { token: again.token, isRight: true });
      await give.refusal(
        auth.beginLogin(client, login).then((begun) =>
          auth.provePassword(client, {
            token: begun.token,
            isRight: true,
            newPasswordHash: give.secret('password as a new hash'),
          }),
        ),
      );
    },
    async 'a mailed code'(give, client) {
      const email = give.text('new e-mail', (text) => `${text}@example.com`);
      const { token, mail } = await auth.beginMailedLogin(client, { ...origin, email }, keys);
      give.issued('token of a mailed login', token);
      give.issued('mailed code', mail?.code ?? '');
      await auth.proveMailedCode(client, { token, code: give.secret('wrong mailed code') }, keys);
      await auth.proveMailedCode(client, { token, code: mail?.code ?? '' }, keys);
      const reset = await auth.requestPasswordReset(client, { ...origin, email });
      give.issued('requested reset token', reset?.token ?? '');
    },
    async 'a login by a provider'(give, client) {
      await auth.logInWithOAuth(
        client,
        {
          provider: 'GOOGLE',
          providerId: give.text('provider id at Google'),
          email: give.text('e-mail at Google', (text) => `${text}@example.com`),
          emailVerified: true,
          firstName: give.text('first name'),
          lastName: give.text('last name'),
          profile: {
            displayName: give.text('display name'),
            avatar: give.text('avatar', (text) => `https://example.com/${text}.png`),
            timezone: 'Europe/Berlin',
          },
          accessToken: give.secret('OAuth access token'),
          refreshToken: give.secret('OAuth refresh token'),
          ...origin,
          userAgent: give.text('user agent'),
        },
        keys,
      );
    },
    async 'a passkey'(give, client) {
      const userId = give.id(user.id);
      const { challenge } = await auth.issuePasskeyChallenge(client, { purpose: 'REGISTRATION', userId });
      give.issued('challenge', challenge);
      await auth.consumePasskeyChallenge(client, { purpose: 'REGISTRATION', userId, challenge });
      await auth.consumePasskeyChallenge(client, {
        purpose: 'LOGIN',
        challenge: give.secret('wrong challenge'),
      });
      const credentialOf = (name: string) => Buffer.from(give.text(name));
      const passkey = {
        userId,
        credentialId: credentialOf('credential id'),
        publicKey: credentialOf('public key'),
        signCount: 0,
        backupEligible: true,
        backedUp: false,
        userVerified: true,
        name: give.text('name of a passkey'),
      };
      auth.passkeyUserHandle(user.id);
      const { id: passkeyId } = await auth.registerPasskey(client, passkey);
      await give.refusal(auth.registerPasskey(client, passkey));
      await auth.listPasskeys(client, userId);
      await auth.findPasskey(client, give.secret('token as a credential'));
      const { credentialId } = passkey;
      const login = { credentialId, signCount: 1, backedUp: true, userVerified: true, ...origin };
      await auth.logInWithPasskey(client, { ...login, userHandle: give.secret('wrong user handle') });
      const { token } = { token: '', ...(await auth.logInWithPasskey(client, login)) };
      give.issued('token of a login by passkey', token);
      await auth.removePasskey(client, { userId, passkeyId });
      // One that is not answered.
      const open = await auth.issuePasskeyChallenge(client, { purpose: 'LOGIN' });
      give.issued('open challenge', open.challenge);
    },
    async 'a confirmation of ways in'(give, client) {
      const { token } = await auth.issueWaysInConfirmation(client, give.id(user.id));
      give.issued('confirmation token', token);
      await give.refusal(auth.consumeWaysInConfirmation(client, give.secret('wrong confirmation token')));
      await auth.consumeWaysInConfirmation(client, token);
    },
    async 'what has expired'(_give, client) {
      await auth.deleteExpired(client);
    },
    async 'keys that rotate'(give, client) {
      const key = randomBytes(32);
      give.issued('encryption key', key.toString('base64url'));
      const both = { ...keys.encryption, keys: new Map([...keys.encryption.keys, ['k2', key]]) };
      const waiting = { lookup: keys.lookup, waitMs: 0 };
      await auth.reencrypt(client, { ...waiting, encryption: { ...both, current: 'k2' } });
      await auth.reencrypt(client, { ...waiting, encryption: both });
      const without = { current: 'k2', keys: new Map([['k2', key]]) };
      await give.refusal(auth.reencrypt(client, { ...waiting, encryption: without }));
    },
    async 'a key that is none'(give) {
      process.env.CANARY_KEYS = `k1:${give.secret('key')}`;
      await give.refusal((async () => auth.keyringFromEnvironment('CANARY_KEYS'))());
    },
    async 'what the others are told'(give, client) {
      const event = {
        type: 'user.contact_changed' as const,
        version: 1 as const,
        aggregateType: 'auth.user' as const,
        aggregateId: give.id(user.id),
        aggregateVersion: 2,
        traceContext: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        payload: {
          userId: give.id(user.id),
          email: give.text(
            'told e-mail',
            (text) => `${text}@example.com`,
          ) as Auth.NewEvent<'user.contact_changed'>['payload']['email'],
          firstName: give.text('told first name'),
          lastName: give.text('told last name'),
          phone: give.text('told phone'),
          timeZone: null,
        },
      };
      await client.$transaction((open) => auth.publish(open, event));
    },
    async 'the end of an account'(give, client) {
      const email = give.text('e-mail of one who leaves', (text) => `${text}@example.com`);
      const passwordHash = give.text('password hash', argon2id);
      const names = { firstName: give.text('first name'), lastName: give.text('last name') };
      const left = await auth.createAccount(client, { email, passwordHash, ...names });
      give.issued('verification token of one who leaves', left.verificationToken ?? '');
      await auth.disableTwoFactor(client, left.user.id);
      await auth.deleteAccount(client, left.user.id);
    },
    async 'the rights of a person'(give, client) {
      const person = randomUUID() as Parameters<typeof Auth.exportUser>[1];
      await auth.exportUser(client, give.id(person), () => undefined);
      const email = give.text('e-mail of one to be forgotten', (text) => `${text}@example.com`);
      const passwordHash = give.text('password hash', argon2id);
      const names = { firstName: give.text('first name'), lastName: give.text('last name') };
      const { user, verificationToken } = await auth.createAccount(client, { email, passwordHash, ...names });
      give.issued('verification token of one to be forgotten', verificationToken ?? '');
      const { requestId } = await auth.requestErasure(client, user.id);
      await auth.listOpenErasures(client);
      await auth.recordErasureReport(client, { requestId, service: 'learning', tables: { certificates: 1 } });
      await auth.readErasure(client, requestId);
      // Only the owner of the tables may; what a service is told is printed where it is not.
      await auth
        .eraseUser(client, {
          userId: person,
          requestId: randomUUID() as Parameters<typeof Auth.eraseUser>[1]['requestId'],
        })
        .catch(() => undefined);
    },
  };
}
