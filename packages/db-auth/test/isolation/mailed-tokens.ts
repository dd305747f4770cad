import { isolationCase } from '@codezest/constraint-tests';
import { tokenHash } from '@codezest/db-core';
import {
  type Client,
  changePassword,
  consumeEmailChange,
  consumeEmailVerification,
  createAccount,
  deleteAccount,
  deleteExpired,
  issueEmailChange,
  issueEmailVerification,
  issuePasswordReset,
  linkOAuthAccount,
  type PrismaClient,
  requestPasswordReset,
  startSession,
  undoEmailChange,
} from '../../src/index.js';
import { otherPasswordHash, passwordHash } from '../fixtures.js';
import { type Account, accountCase, newUser, type Own, takeReset, withReset } from './account.js';

const start = (client: Client, { userId }: Account) =>
  startSession(client, { userId, loginMethod: 'PASSWORD' });
const link = (client: Client, { userId }: Account) =>
  linkOAuthAccount(client, { userId, provider: 'GITHUB', providerId: userId });
const newAddress = ({ userId }: Account) => `${userId}@new.example`;

export function mailedTokenCases(own: Own) {
  const moving = async () => {
    const user = await withReset(own);
    const { token, undo } = await issueEmailChange(own(), {
      userId: user.userId,
      newEmail: newAddress(user),
    });
    return { ...user, token, undo: undo.token };
  };
  const moved = async () => {
    const user = await newUser(own);
    const first = await issueEmailChange(own(), { userId: user.userId, newEmail: newAddress(user) });
    await consumeEmailChange(own(), first.token);
    const newEmail = `${user.userId}@further.example`;
    const { token } = await issueEmailChange(own(), { userId: user.userId, newEmail });
    return { ...user, undo: first.undo.token, token };
  };
  const expired = async () => {
    const user = await newUser(own);
    const { userId, email } = user;
    const [createdAt, expiresAt] = [new Date(Date.now() - 10_800_000), new Date(Date.now() - 7_200_000)];
    await own().passwordReset.create({
      data: { userId, email, tokenHash: tokenHash(userId), createdAt, expiresAt },
    });
    return user;
  };
  const move = (client: Client, { token }: { token: string }) => consumeEmailChange(client, token);
  const register = (client: Client, { email }: { email: string }) =>
    createAccount(client, { email, passwordHash, firstName: 'Ada', lastName: 'Lovelace' });

  return {
    createAccount: isolationCase({
      given: async () => ({ email: `only${Math.random()}@example.com` }),
      act: register,
      rival: register,
      state: (_client, { email }) => own().user.count({ where: { email } }),
    }),
    deleteAccount: accountCase(own, {
      given: () => newUser(own),
      act: (client, { userId }) => deleteAccount(client, userId),
      rival: start,
    }),
    issueEmailVerification: accountCase(own, {
      given: () => newUser(own, { emailVerified: false }),
      act: (client, { userId }) => issueEmailVerification(client, userId),
    }),
    consumeEmailVerification: accountCase(own, {
      given: () => newUser(own, { emailVerified: false }),
      act: (client, { verificationToken }) => consumeEmailVerification(client, verificationToken),
      rival: link,
    }),
    issuePasswordReset: accountCase(own, {
      given: () => withReset(own),
      act: (client, { userId }) => issuePasswordReset(client, { userId }),
      rival: takeReset,
    }),
    requestPasswordReset: accountCase(own, {
      given: async () => {
        const user = await withReset(own);
        for (let n = 1; n < 4; n += 1) await issuePasswordReset(own(), user);
        return user;
      },
      act: (client, { email }) => requestPasswordReset(client, { email }),
    }),
    consumePasswordReset: accountCase(own, { given: () => withReset(own), act: takeReset, rival: start }),
    issueEmailChange: accountCase(own, {
      given: () => newUser(own),
      act: (client, user) => issueEmailChange(client, { userId: user.userId, newEmail: newAddress(user) }),
      rival: (client, { userId }) => changePassword(client, { userId, passwordHash: otherPasswordHash }),
    }),
    consumeEmailChange: accountCase(own, { given: moving, act: move, rival: takeReset }),
    undoEmailChange: accountCase(own, {
      given: moved,
      act: (client, { undo }) => undoEmailChange(client, { token: undo, passwordHash: otherPasswordHash }),
      rival: move,
    }),
    deleteExpired: accountCase(own, {
      given: expired,
      act: (client) => deleteExpired(client as PrismaClient),
    }),
  };
}
