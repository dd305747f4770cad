import { randomBytes } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import type { UserId } from '@codezest/db-types';
import {
  type Client,
  consumePasswordReset,
  enableTwoFactor,
  issuePasswordReset,
  type NewAccount,
  type NewPasskey,
  type PrismaClient,
  startTwoFactorEnrolment,
} from '../../src/index.js';
import { newAccount, otherPasswordHash } from '../fixtures.js';

/** The client of the tests. */
export type Own = () => PrismaClient;

/** An account, and where it began. */
export interface Account {
  readonly userId: UserId;
  readonly email: string;
}

type Call<Given> = (client: Client, given: Given) => Promise<unknown>;

/** A case whose state is that of its account, as all of them are but a few. */
export function accountCase<Given extends Account>(
  own: Own,
  parts: { given(): Promise<Given>; act: Call<Given>; rival?: Call<Given> },
) {
  return isolationCase<Client, Given>({
    given: parts.given,
    act: parts.act,
    rival: parts.rival ?? parts.act,
    state: (_client, account) => stateOf(own(), account),
  });
}

export async function newUser(own: Own, changes: Partial<NewAccount> = {}) {
  const { user, verificationToken } = await newAccount(own(), { emailVerified: true, ...changes });
  return { userId: user.id, email: user.email, verificationToken: verificationToken ?? '' };
}

export const stepNow = () => Math.floor(Date.now() / 30_000);

/** With a second factor, its recovery codes, and two steps that it has not seen. */
export async function guarded(own: Own) {
  const user = await newUser(own);
  const { userId } = user;
  const credentialId = await startTwoFactorEnrolment(own(), { userId, secret: 'JBSWY3DPEHPK3PXP' });
  const step = stepNow();
  const codes = await enableTwoFactor(own(), { userId, credentialId, step: step - 1 });
  return { ...user, credentialId, codes, step };
}

export async function withReset(own: Own, changes: Partial<NewAccount> = {}) {
  const user = await newUser(own, changes);
  return { ...user, reset: (await issuePasswordReset(own(), { userId: user.userId })).token };
}

export const takeReset = (client: Client, { reset }: { reset: string }) =>
  consumePasswordReset(client, { token: reset, passwordHash: otherPasswordHash });

export const newPasskey = (userId: UserId): NewPasskey => ({
  userId,
  credentialId: randomBytes(16),
  publicKey: randomBytes(77),
  signCount: 0,
  backupEligible: false,
  backedUp: false,
  userVerified: true,
});

const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();

/** All that is stored of an account, without ids and times, which differ from run to run. */
export async function stateOf(client: PrismaClient, { userId, email }: Account) {
  const user = await client.user.findUniqueOrThrow({
    where: { id: userId, deletedAt: {} },
    omit: { password: false },
    include: {
      sessions: true,
      pendingLogins: true,
      knownDevices: true,
      oauthAccounts: { omit: { accessToken: false } },
      passkeys: true,
      passkeyChallenges: true,
      passwordResets: true,
      emailVerifications: true,
      emailChanges: true,
      twoFactorCredential: true,
      recoveryCodes: true,
      loginHistory: true,
    },
  });
  return {
    account: {
      hasMoved: user.email !== email,
      password: user.password,
      emailVerified: user.emailVerified,
      isDeleted: user.deletedAt !== null,
      attempts: [user.loginAttempts, user.twoFactorAttempts],
      isLocked: user.lockedUntil !== null,
      twoFactorEnabled: user.twoFactorEnabled,
    },
    sessions: sorted(user.sessions.map(({ revokedReason, loginMethod }) => ({ revokedReason, loginMethod }))),
    logins: sorted(
      user.pendingLogins.map((login) => ({
        isOver: login.consumedAt !== null,
        isRefused: login.isRefused,
        factors: [login.firstFactorAt !== null, login.secondFactor],
        codeAttempts: login.codeAttempts,
      })),
    ),
    devices: user.knownDevices.length,
    links: sorted(
      user.oauthAccounts.map(({ provider, accessToken, provenAt }) => ({
        provider,
        hasToken: accessToken !== null,
        isProven: provenAt !== null,
      })),
    ),
    passkeys: sorted(
      user.passkeys.map(({ signCount, provenAt }) => ({
        signCount: `${signCount}`,
        isProven: provenAt !== null,
      })),
    ),
    challenges: user.passkeyChallenges.length,
    resets: sorted(user.passwordResets.map(({ consumedAt }) => ({ isOver: consumedAt !== null }))),
    verifications: sorted(
      user.emailVerifications.map(({ purpose, consumedAt, oauthAccountIds }) => ({
        purpose,
        isOver: consumedAt !== null,
        links: oauthAccountIds.length,
      })),
    ),
    changes: sorted(
      user.emailChanges.map(({ consumedAt, undoConsumedAt }) => ({
        isOver: consumedAt !== null,
        isUndone: undoConsumedAt !== null,
      })),
    ),
    authenticator: user.twoFactorCredential && {
      hasStep: user.twoFactorCredential.lastUsedStep !== null,
      isProven: user.twoFactorCredential.provenAt !== null,
    },
    codes: sorted(user.recoveryCodes.map(({ consumedAt }) => ({ isUsed: consumedAt !== null }))),
    history: sorted(user.loginHistory.map(({ success }) => ({ success }))),
  };
}
