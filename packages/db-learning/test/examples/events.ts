import type { CompletionId } from '@codezest/db-types';
import { deleteDeliveredEvents, type PrismaClient, publish, transaction } from '../../src/index.js';

/** Tells a completion once more, such as for a service that was restored from a backup. */
export const tellAgain = (client: PrismaClient, id: CompletionId) =>
  transaction(client, async (open) => {
    const { userId, module } = await open.completion.findUniqueOrThrow({
      where: { id },
      include: { module: true },
    });
    if (module === null) return null;
    return publish(open, {
      type: 'module.completed',
      version: 1,
      aggregateType: 'learning.completion',
      aggregateId: id,
      aggregateVersion: 1,
      payload: { userId, moduleId: module.id, moduleTitle: module.title },
    });
  });

/** Daily. */
export const tidyUp = (client: PrismaClient) => deleteDeliveredEvents(client);
