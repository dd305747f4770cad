import { authenticateSession, type Client, rotateSession } from '../../src/index.js';

export async function whoIs(client: Client, token: string) {
  const request = await authenticateSession(client, token); // one read; null: answer 401
  return request && { id: request.user.id, role: request.user.role };
}

export async function refresh(client: Client, token: string) {
  const refreshed = await rotateSession(client, { token, graceSeconds: 10 });
  switch (refreshed.outcome) {
    case 'ROTATED':
      return refreshed.token;
    case 'SUPERSEDED': // another tab was faster: its cookie is there, or will be in a moment
      return null;
    case 'REUSE_DETECTED': // the login has ended, whoever holds it; tell the user
      return `mail ${refreshed.userId}`;
  }
}
