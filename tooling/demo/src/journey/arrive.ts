import { createHash, randomBytes, scryptSync } from 'node:crypto';
import { type Cast, reportActivity } from './cast.js';

const DAY = 24 * 60 * 60 * 1000;
const hashOf = (token: string) => new Uint8Array(createHash('sha256').update(token).digest());

/** Registers, proves the address, logs in: everything that db-auth owns, and the copy that notifications keeps. */
export async function arrive({
  stage,
  auth,
  notifications,
  activity,
}: Pick<Cast, 'stage' | 'auth' | 'notifications' | 'activity'>): Promise<Cast['learner']> {
  stage.chapter('Maya arrives');
  const email = `maya.${Date.now().toString(36)}@example.com`;
  const verificationToken = randomBytes(32).toString('base64url');

  const learner = await stage.play('auth', 'registers: account, profile and a mail to confirm', async () => {
    const user = await auth.user.create({
      data: {
        email,
        password: bcryptShaped(),
        firstName: 'Maya',
        lastName: 'Lindqvist',
        profile: { create: { displayName: 'Maya', timezone: 'Europe/Stockholm' } },
        emailVerifications: {
          create: { tokenHash: hashOf(verificationToken), expiresAt: new Date(Date.now() + DAY) },
        },
      },
    });
    return { result: user, rows: 3, detail: 'the token is mailed; the database has its hash' };
  });

  await stage.play('auth', 'follows the link in the mail', async () => {
    const consumed = await auth.$transaction(async (transaction) => {
      const { count } = await transaction.emailVerification.updateMany({
        where: { tokenHash: hashOf(verificationToken), consumedAt: null, expiresAt: { gt: new Date() } },
        data: { consumedAt: new Date() },
      });
      if (count === 1)
        await transaction.user.update({ where: { id: learner.id }, data: { emailVerified: true } });
      return count;
    });
    return { result: consumed, rows: 2, detail: 'the link works once' };
  });

  await stage.play('auth', 'logs in on her laptop', async () => {
    const session = await auth.session.create({
      data: {
        userId: learner.id,
        tokenHash: hashOf(randomBytes(32).toString('base64url')),
        loginMethod: 'PASSWORD',
        expiresAt: new Date(Date.now() + 30 * DAY),
        ipAddress: '192.0.2.17',
        userAgent: 'Firefox on Linux',
      },
    });
    return {
      result: session,
      rows: 1,
      detail: `a session until ${session.expiresAt.toISOString().slice(0, 10)}`,
    };
  });

  await stage.play('notifications', 'keeps a copy of her address', async () => {
    const recipient = await notifications.recipient.create({
      data: {
        userId: learner.id,
        email,
        firstName: learner.firstName,
        lastName: learner.lastName,
        timeZone: 'Europe/Stockholm',
        locale: 'sv',
        version: 1,
      },
    });
    return { result: recipient, rows: 1, detail: 'so that sending mail needs no other service' };
  });
  await reportActivity({ stage, activity, learner }, 'USER_JOINED', 'Maya joined CodeZest', {
    role: learner.role,
  });
  return learner;
}

/** Stands for the hash that the auth service computes; its form is what the database checks. */
function bcryptShaped(): string {
  const digest = scryptSync(randomBytes(16), 'demo', 40).toString('base64');
  return `$2b$12$${digest.replace(/[^A-Za-z0-9]/g, 'x').slice(0, 53)}`;
}
