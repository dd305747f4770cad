import { linkOAuthAccount, lockSession, type PrismaClient, transaction } from '../../src/index.js';

/** What changes how somebody gets in: in one transaction with the question who asks. A reset that comes between would miss it. */
export const connect = (client: PrismaClient, token: string, providerId: string) =>
  transaction(client, async (open) => {
    const request = await lockSession(open, token); // null: answer 401
    return request && linkOAuthAccount(open, { userId: request.user.id, provider: 'GITHUB', providerId });
  });
