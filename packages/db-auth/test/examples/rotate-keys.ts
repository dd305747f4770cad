import { type PrismaClient, ReencryptionError, reencrypt } from '../../src/index.js';

/** The keys that may be removed now; none while some are needed still. */
export async function rotate(client: PrismaClient): Promise<readonly string[]> {
  try {
    const { removable } = await reencrypt(client);
    return [...removable.encryption, ...removable.lookup];
  } catch (error) {
    if (!(error instanceof ReencryptionError)) throw error;
    console.error(error.message); // which rows need which key, and what to do
    return [];
  }
}
