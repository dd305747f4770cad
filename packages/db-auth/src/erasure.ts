import {
  type ErasureOptions,
  eraseUser as eraseUserFrom,
  exportUser as exportUserFrom,
} from '@codezest/db-core';
import type { ErasureReport, ErasureRequest, UserId } from '@codezest/db-types';
import type { Client, PrismaClient } from './client.js';
import { personalData } from './personal-data.js';
import { roles } from './roles.js';

/**
 * Erases a person from the auth database, and lets nothing be written about that person again. In
 * batches, beside the running site; an erasure that was interrupted continues when it is run again, and one that is complete
 * returns the same report again. Needs the role that owns the tables, as \`codezest-db-auth erase\` has it.
 *
 * @throws {InvalidIdError} ID_INVALID
 * @throws {InvalidBatchError} BATCH_INVALID
 * @throws {ErasureWaitsError} ERASURE_WAITS: a transaction that began earlier is still open. Run it again.
 */
export async function eraseUser(
  client: Client,
  request: Pick<ErasureRequest, 'requestId' | 'userId'>,
  options?: ErasureOptions,
): Promise<ErasureReport> {
  return eraseUserFrom(client, personalData, request, options);
}

/**
 * Writes everything that the auth database contains about a person, as one JSON document in parts, to \`write\`, which is
 * awaited for each part (GDPR articles 15 and 20). All rows are of one point in time. Hashes and encrypted values are left
 * out.
 *
 * @throws {InvalidIdError} ID_INVALID
 * @example await exportUser(prisma, userId, (part) => stream.write(part));
 */
export async function exportUser(
  client: Pick<PrismaClient, '$transaction'>,
  userId: UserId,
  write: (part: string) => unknown,
): Promise<void> {
  return exportUserFrom(client, personalData, roles.secretColumns, userId, write);
}
