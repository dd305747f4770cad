import { addEventCommands, type CliOptions } from '@codezest/db-core/cli';
import type { UserId } from '@codezest/db-types';
import type { PrismaClient } from './client.js';

type AddCommands = NonNullable<CliOptions['addCommands']>;

/**
 * `codezest-db-activity events receive|status|redrive`. The client is loaded when one of them runs. Where there is a MongoDB, a
 * deleted user goes from there too.
 */
export const addCommandsForEvents: AddCommands = (program, context) =>
  addEventCommands<PrismaClient>(program, context, async (url) => {
    const [{ createClient }, { receiveEvents, eventBacklog }] = await Promise.all([
      import('./client.js'),
      import('./received-events.js'),
    ]);
    const mongoUrl = context.env.ACTIVITY_MONGODB_URL;
    const beforeErasure = async (userId: UserId): Promise<void> => {
      const { createMongo, eraseUserData } = await import('./mongo.js');
      const mongo = createMongo({ ...(mongoUrl === undefined ? {} : { url: mongoUrl }) });
      try {
        await eraseUserData(mongo, userId);
      } finally {
        await mongo.close();
      }
    };
    return {
      client: createClient({ url }),
      receiveEvents,
      eventBacklog,
      ...(mongoUrl === undefined ? {} : { beforeErasure }),
    };
  });
