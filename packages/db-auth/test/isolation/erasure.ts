import { isolationCase } from '@codezest/constraint-tests';
import { services } from '@codezest/db-types';
import {
  type Client,
  deleteAccount,
  readErasure,
  recordErasureReport,
  requestErasure,
} from '../../src/index.js';
import { newUser, type Own } from './account.js';

/** A request that waits for the reports of two services. */
async function nearlyClosed(own: Own) {
  const { userId } = await newUser(own);
  const { requestId } = await requestErasure(own(), userId);
  for (const service of services.slice(2))
    await recordErasureReport(own(), { requestId, service, tables: { things: 1 } });
  return { requestId };
}

export const erasureCases = (own: Own) => ({
  requestErasure: isolationCase<Client, { userId: Awaited<ReturnType<typeof newUser>>['userId'] }>({
    given: () => newUser(own),
    act: (client, { userId }) => requestErasure(client, userId),
    rival: (client, { userId }) => deleteAccount(client, userId),
    state: async (_client, { userId }) => [
      await own().erasureRequest.count({ where: { userId } }),
      (await own().user.findUniqueOrThrow({ where: { id: userId, deletedAt: {} } })).deletedAt !== null,
    ],
  }),
  recordErasureReport: isolationCase<Client, Awaited<ReturnType<typeof nearlyClosed>>>({
    given: () => nearlyClosed(own),
    act: (client, { requestId }) =>
      recordErasureReport(client, { requestId, service: services[0], tables: { things: 1 } }),
    rival: (client, { requestId }) =>
      recordErasureReport(client, { requestId, service: services[1], tables: { things: 1 } }),
    state: async (_client, { requestId }) => {
      const { closedAt, missing } = await readErasure(own(), requestId);
      return [closedAt !== null, missing];
    },
  }),
});
