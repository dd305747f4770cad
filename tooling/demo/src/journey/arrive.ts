import { randomBytes, scryptSync } from 'node:crypto';
import {
  authenticateSession,
  consumeEmailVerification,
  createAccount,
  findLoginCandidate,
  recordLogin,
  startSession,
} from '@codezest/db-auth';
import { upsertRecipient } from '@codezest/db-notifications';
import { type Cast, reportActivity, TIME_ZONE } from './cast.js';

/** Registers, proves the address, logs in: everything that db-auth owns, and the copy that notifications keeps. */
export async function arrive({
  stage,
  auth,
  notifications,
  activity,
}: Pick<Cast, 'stage' | 'auth' | 'notifications' | 'activity'>): Promise<Cast['learner']> {
  stage.chapter('Maya arrives');

  const { user: learner, verificationToken } = await stage.play('auth', 'registers', async () => {
    const name = `maya.${Date.now().toString(36)}`;
    const created = await createAccount(auth, {
      email: `Maya.${name.slice(5)}@Example.com`,
      // An example address and a username: the seed takes her for one of its own, so the demo can be played again.
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
    const candidate = await findLoginCandidate(auth, learner.email);
    const userId = candidate?.id ?? learner.id;
    const origin = { ipAddress: '192.0.2.17', userAgent: 'Firefox on Linux' };
    await recordLogin(auth, { userId, loginMethod: 'PASSWORD', ...origin });
    const started = await startSession(auth, { userId, loginMethod: 'PASSWORD', ...origin });
    const until = started.session.expiresAt.toISOString().slice(0, 10);
    return {
      result: started,
      rows: 3,
      detail: `active, not suspended, not locked; a session until ${until}`,
    };
  });

  await stage.play('auth', 'is known at her next request', async () => {
    const request = await authenticateSession(auth, token);
    return {
      result: request,
      detail: `session and user in one read: ${request?.user.firstName}, ${request?.user.role}`,
    };
  });

  await stage.play('notifications', 'keeps a copy of her address', async () => {
    const recipient = await upsertRecipient(notifications, {
      userId: learner.id,
      email: learner.email,
      firstName: learner.firstName,
      lastName: learner.lastName,
      timeZone: TIME_ZONE,
      locale: 'sv',
      version: 1,
    });
    return { result: recipient, rows: 1, detail: 'so that sending mail needs no other service' };
  });

  const joined = { type: 'USER_JOINED', metadata: { role: learner.role } } as const;
  await reportActivity({ stage, activity, learner }, joined, 'Maya joined CodeZest', 10);
  return learner;
}

/** Stands for the hash that the auth service computes; its form is what the database checks. */
function bcryptShaped(): string {
  const digest = scryptSync(randomBytes(16), 'demo', 40).toString('base64');
  return `$2b$12$${digest.replace(/[^A-Za-z0-9]/g, 'x').slice(0, 53)}`;
}
