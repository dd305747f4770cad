import { randomBytes, scryptSync } from 'node:crypto';
import {
  authenticateSession,
  beginLogin,
  completeLogin,
  consumeEmailVerification,
  createAccount,
  provePassword,
} from '@codezest/db-auth';
import { type Cast, hearInFeed, TIME_ZONE } from './cast.js';

/** Registers, proves the address, logs in: everything that db-auth owns. The others hear of it. */
export async function arrive({
  stage,
  telling,
  auth,
  payments,
  notifications,
  activity,
}: Pick<Cast, 'stage' | 'telling' | 'auth' | 'payments' | 'notifications' | 'activity'>): Promise<
  Cast['learner']
> {
  stage.chapter('Maya arrives');

  const { user: learner, verificationToken } = await stage.play('auth', 'registers', async () => {
    const name = `maya.${Date.now().toString(36)}`;
    const created = await createAccount(auth, {
      email: `Maya.${name.slice(5)}@Example.com`,
      username: name,
      passwordHash: bcryptShaped(),
      firstName: 'Maya',
      lastName: 'Lindqvist',
      profile: { displayName: 'Maya', timezone: TIME_ZONE },
    });
    const detail = 'account, profile and a mailed token, of which the database has the hash: one statement';
    return { result: created, rows: 3, detail };
  });

  await stage.play('auth', 'follows the link in the mail', async () => {
    const verified = await consumeEmailVerification(auth, verificationToken ?? '');
    return { result: verified, rows: 2, detail: `${verified.email} is hers; the link works once` };
  });

  const { token } = await stage.play('auth', 'logs in on her laptop', async () => {
    const origin = { ipAddress: '192.0.2.17', userAgent: 'Firefox on Linux' };
    const begun = await beginLogin(auth, {
      ...origin,
      emailOrUsername: learner.email,
      decoyHash: bcryptShaped(),
    });
    // The auth service compares here.
    const proven = await provePassword(auth, { token: begun.token, isRight: true });
    if (proven.step !== 'PROVEN') throw new Error(`The login asks for ${proven.step}.`);
    const login = await completeLogin(auth, { token: proven.token });
    if (login.step !== 'COMPLETE') throw new Error(`The login asks for ${login.step}.`);
    const until = login.session.expiresAt.toISOString().slice(0, 10);
    return {
      result: login,
      rows: 3,
      detail: `password proven, no second factor asked for; a session until ${until}`,
    };
  });

  await stage.play('auth', 'is known at her next request', async () => {
    const request = await authenticateSession(auth, token);
    return {
      result: request,
      detail: `session and user in one read: ${request?.user.firstName}, ${request?.user.role}`,
    };
  });

  await stage.play('notifications', 'hears of her address', async () => {
    const recipient = await telling.heard(() =>
      notifications.recipient.findUnique({ where: { userId: learner.id } }),
    );
    const detail = `version ${recipient.version} of it, so that sending mail needs no other service`;
    return { result: recipient, rows: 1, detail };
  });
  await stage.play('payments', 'hears of her, and begins a FREE subscription', async () => {
    const begun = await telling.heard(() =>
      payments.subscription.findFirst({ where: { userId: learner.id } }),
    );
    return { result: begun, rows: 1, detail: `${begun.plan} is ${begun.status}` };
  });
  await hearInFeed(
    { stage, telling, activity, learner },
    'hears that she joined',
    ({ type }) => type === 'USER_JOINED',
  );
  return learner;
}

/** Stands for the hash that the auth service computes; its form is what the database checks. */
function bcryptShaped(): string {
  const digest = scryptSync(randomBytes(16), 'demo', 40).toString('base64');
  return `$2b$12$${digest.replace(/[^A-Za-z0-9]/g, 'x').slice(0, 53)}`;
}
