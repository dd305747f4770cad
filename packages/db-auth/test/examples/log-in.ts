import type { UserId } from '@codezest/db-types';
import {
  type Client,
  findLoginCandidate,
  listLoginHistory,
  recordFailedLogin,
  recordLogin,
  startSession,
} from '../../src/index.js';

export async function logIn(
  client: Client,
  {
    email,
    ipAddress,
    matches,
  }: { email: string; ipAddress: string; matches(hash: string | null): Promise<boolean> },
) {
  const candidate = await findLoginCandidate(client, email);
  const isRight = await matches(candidate?.passwordHash ?? null); // also without candidate: the time must not tell
  if (!candidate) return null;
  if (candidate.isLocked) return null;
  if (!isRight) {
    const { hasLocked } = await recordFailedLogin(client, { userId: candidate.id, ipAddress });
    return hasLocked ? 'mail the owner' : null;
  }
  if (candidate.isDeleted || candidate.isSuspended || !candidate.isActive) return null;

  const login = { userId: candidate.id, loginMethod: 'PASSWORD', ipAddress } as const;
  const user = await recordLogin(client, login); // asks for the lock again: guesses come in parallel
  const { token } = await startSession(client, { ...login, passwordChangedAt: candidate.passwordChangedAt });
  return { user, token };
}

export const whoTried = (client: Client, userId: UserId, cursor?: string) =>
  listLoginHistory(client, userId, { limit: 20, cursor });
