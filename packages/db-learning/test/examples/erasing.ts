import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { ErasureReport, ErasureRequest, UserId } from '@codezest/db-types';
import { eraseUser, exportUser, type PrismaClient } from '../../src/index.js';

/** With a client of the role that owns the tables. The report goes back to auth. */
export const forget = (owner: PrismaClient, request: ErasureRequest): Promise<ErasureReport> =>
  eraseUser(owner, request);

/** Everything about a person, in a file of JSON. */
export async function copyFor(client: PrismaClient, userId: UserId, path: string): Promise<void> {
  const file = createWriteStream(path);
  await exportUser(client, userId, (part) => file.write(part) || once(file, 'drain'));
  await finished(file.end());
}
