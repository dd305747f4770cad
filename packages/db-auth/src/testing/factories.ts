import {
  type Factories as AnyFactories,
  createFactories,
  type Definitions,
  testHash,
  testId,
} from '@codezest/db-core/testing';
import type { Prisma } from '../../generated/client.js';
import type { SecretFields } from '../../generated/secret-fields.js';
import type { Client, PrismaClient } from '../client.js';

type Delegates = Pick<PrismaClient, keyof Data>;

/** What `create` gives for each model: the row without its secret fields. */
type Rows = {
  [Model in keyof Data]: Prisma.Result<
    Delegates[Model],
    Model extends keyof SecretFields ? { omit: SecretFields[Model] } : object,
    'create'
  >;
};

/** Makes valid rows of every model, each with the rows it needs: `make.user()`. */
export interface Factories extends AnyFactories<Data, Rows> {}

/** Factories on a test database, one set per database: they count from 1, so that every run writes the same. */
export function factories(client: Client): Factories {
  return createFactories<Data, Rows>(client, definitions, ['erasedUser', 'erasureReport', 'outboxDelivery']);
}

interface Data {
  user: Prisma.UserUncheckedCreateInput;
  userProfile: Prisma.UserProfileUncheckedCreateInput;
  userLead: Prisma.UserLeadUncheckedCreateInput;
  session: Prisma.SessionUncheckedCreateInput;
  loginHistory: Prisma.LoginHistoryUncheckedCreateInput;
  oAuthAccount: Prisma.OAuthAccountUncheckedCreateInput;
  passwordReset: Prisma.PasswordResetUncheckedCreateInput;
  emailVerification: Prisma.EmailVerificationUncheckedCreateInput;
  emailChange: Prisma.EmailChangeUncheckedCreateInput;
  twoFactorCredential: Prisma.TwoFactorCredentialUncheckedCreateInput;
  recoveryCode: Prisma.RecoveryCodeUncheckedCreateInput;
  pendingLogin: Prisma.PendingLoginUncheckedCreateInput;
  knownDevice: Prisma.KnownDeviceUncheckedCreateInput;
  loginSource: Prisma.LoginSourceUncheckedCreateInput;
  passkey: Prisma.PasskeyUncheckedCreateInput;
  passkeyChallenge: Prisma.PasskeyChallengeUncheckedCreateInput;
  erasedUser: Prisma.ErasedUserUncheckedCreateInput;
  erasureRequest: Prisma.ErasureRequestUncheckedCreateInput;
  erasureReport: Prisma.ErasureReportUncheckedCreateInput;
  outboxEvent: Prisma.OutboxEventUncheckedCreateInput;
  outboxDelivery: Prisma.OutboxDeliveryUncheckedCreateInput;
}

const inAnHour = () => new Date(Date.now() + 3_600_000);
const inADay = () => new Date(Date.now() + 86_400_000);
const userIdOf = async ({ userId }: { userId?: Data['session']['userId'] | null }, make: Factories) =>
  userId ?? (await make.user()).id;

/** Who a token is mailed to: a new user, unless one is given. */
const addresseeOf = async ({ userId }: { userId?: Data['session']['userId'] }, make: Factories) => {
  if (userId !== undefined) return { userId, email: 'user@example.com' };
  const user = await make.user();
  return { userId: user.id, email: user.email };
};

const definitions: Definitions<Data, Rows> = {
  erasedUser: (n) => ({ userHash: testHash(n), requestId: testId('Event', n) }),
  erasureRequest: async (_n, given, make) => ({
    userId: await userIdOf(given, make),
    dueAt: new Date(Date.now() + 30 * 86_400_000),
  }),
  erasureReport: async (_n, { requestId }, make) => ({
    requestId: requestId ?? (await make.erasureRequest()).id,
    service: 'learning',
    tables: { certificates: 1 },
  }),
  outboxEvent: (n) => ({
    aggregateType: 'auth.user',
    aggregateId: testId('User', n),
    aggregateVersion: 1,
    type: 'user.deleted',
    payload: { userId: testId('User', n) },
  }),
  outboxDelivery: async (_n, { eventId }, make) => ({
    eventId: eventId ?? (await make.outboxEvent({ type: 'test.told_nobody' })).id,
    consumer: 'learning',
    aggregateType: 'auth.user',
    aggregateId: testId('User', 1),
  }),
  user: (n) => ({
    email: `user-${n}@example.com`,
    firstName: 'Test',
    lastName: `User ${n}`,
    // The hash of no password: nobody logs in with it.
    password: `$2b$12$${'a'.repeat(53)}`,
  }),
  userProfile: async (_n, given, make) => ({ userId: await userIdOf(given, make) }),
  userLead: async (_n, given, make) => ({ userId: await userIdOf(given, make) }),
  session: async (n, given, make) => ({
    userId: await userIdOf(given, make),
    tokenHash: testHash(n),
    loginMethod: 'PASSWORD',
    expiresAt: inAnHour(),
  }),
  loginHistory: async (_n, given, make) => ({ userId: await userIdOf(given, make), success: true }),
  oAuthAccount: async (n, given, make) => ({
    userId: await userIdOf(given, make),
    provider: 'GITHUB',
    providerId: `provider-${n}`,
  }),
  passwordReset: async (n, given, make) => ({
    ...(await addresseeOf(given, make)),
    tokenHash: testHash(n),
    expiresAt: inAnHour(),
  }),
  emailVerification: async (n, given, make) => ({
    ...(await addresseeOf(given, make)),
    tokenHash: testHash(n),
    expiresAt: inAnHour(),
  }),
  emailChange: async (n, given, make) => {
    const user = given.userId === undefined ? await make.user() : undefined;
    return {
      userId: user?.id,
      oldEmail: user?.email ?? `old-${n}@example.com`,
      newEmail: `new-${n}@example.com`,
      tokenHash: testHash(n),
      expiresAt: inAnHour(),
      undoTokenHash: testHash(n),
      undoExpiresAt: inADay(),
    };
  },
  twoFactorCredential: async (_n, given, make) => ({
    userId: await userIdOf(given, make),
    // In the form of an encrypted secret; no key opens it.
    secret: `v1.test.${'n'.repeat(16)}.c.${'t'.repeat(22)}`,
  }),
  recoveryCode: async (n, given, make) => ({
    userId: await userIdOf(given, make),
    codeHash: testHash(n),
    keyId: 'test',
  }),
  pendingLogin: async (n, given, make) => ({
    userId: await userIdOf(given, make),
    tokenHash: testHash(n),
    loginMethod: 'PASSWORD',
    expiresAt: new Date(Date.now() + 600_000),
  }),
  knownDevice: async (n, given, make) => ({
    userId: await userIdOf(given, make),
    tokenHash: testHash(n),
    expiresAt: inAnHour(),
  }),
  loginSource: (n) => ({ address: `198.51.100.${n}`, failedAttempts: 1, windowEndsAt: inAnHour() }),
  passkey: async (n, given, make) => ({
    userId: await userIdOf(given, make),
    credentialId: testHash(n),
    publicKey: testHash(n),
    aaguid: '00000000-0000-0000-0000-000000000000',
    backupEligible: true,
  }),
  passkeyChallenge: async (n, given, make) => ({
    userId: await userIdOf(given, make),
    purpose: 'REGISTRATION',
    challengeHash: testHash(n),
    expiresAt: new Date(Date.now() + 600_000),
  }),
};
