import { type Client, type PrismaClient, readFromReplica, walPosition } from '../../src/index.js';

/** After a write: for a cookie of the user, who must see it at once. */
export const positionOfWrite = (client: PrismaClient) => walPosition(client);

/** What may be two seconds old, but never older than what this user has written. */
export function readPage<Page>(
  client: PrismaClient,
  read: (replica: Client) => Promise<Page>,
  cookie?: string,
) {
  return readFromReplica(client, read, { maxLagMs: 2_000, ...(cookie ? { notBefore: cookie } : {}) });
}
