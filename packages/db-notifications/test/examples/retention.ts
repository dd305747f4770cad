import { deleteOld, type PrismaClient } from '../../src/index.js';

/** Nightly. What an event has told stays known for longer than the event may come again. */
export const cleanUp = (client: PrismaClient) => deleteOld(client, { inbox: 12, emailLogs: 24, keys: 36 });
