import { authenticateSession, type Client, endSession, rotateSession } from '../../src/index.js';

export async function whoIs(client: Client, token: string) {
  const request = await authenticateSession(client, token); // one read; null: answer 401
  return request && { id: request.user.id, role: request.user.role };
}

export async function refresh(client: Client, token: string) {
  const refreshed = await rotateSession(client, { token });
  switch (refreshed.outcome) {
    case 'ROTATED': // also for a second tab, and for who never got the first answer
      return { cookie: refreshed.token, until: refreshed.session.expiresAt };
    case 'SUPERSEDED': // another tab is further: its cookie is there, or will be in a moment
      return null;
    case 'REUSE_DETECTED': // the login has ended, whoever holds it; tell the user
      return { mail: refreshed.userId };
  }
}

/** By the cookie alone, also one that another tab has refreshed. */
export const logOut = (client: Client, token: string) => endSession(client, token);
