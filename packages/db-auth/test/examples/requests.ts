import { authenticateSession, type Client, endSession, rotateSession } from '../../src/index.js';

export async function whoIs(client: Client, token: string) {
  const request = await authenticateSession(client, token); // one read; null: answer 401
  return request && { id: request.user.id, role: request.user.role };
}

export async function refresh(client: Client, token: string) {
  const refreshed = await rotateSession(client, { token });
  switch (refreshed.outcome) {
    case 'ROTATED': // a second tab, or a client that lost the first answer, gets the same token
      return { cookie: refreshed.token, until: refreshed.session.expiresAt };
    case 'SUPERSEDED': // another tab has refreshed since: its cookie is there, or will be in a moment
      return null;
    case 'REUSE_DETECTED': // two parties had the token, so the login has ended; tell the user
      return { mail: refreshed.userId };
  }
}

/** The cookie is enough, even one that another tab has refreshed since. */
export const logOut = (client: Client, token: string) => endSession(client, token);
