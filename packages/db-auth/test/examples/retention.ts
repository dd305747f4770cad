import { deleteExpired, type PrismaClient } from '../../src/index.js';

/** Daily. What has expired does nothing; without this it stays, and holds addresses. */
export async function tidyUp(client: PrismaClient) {
  const wouldGo = await deleteExpired(client, { dryRun: true }); // { sessions: 1204, login_history: 310, … }
  const gone = await deleteExpired(client);
  return { wouldGo, gone };
}
