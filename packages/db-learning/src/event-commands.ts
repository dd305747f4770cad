import { addEventCommands, type CliOptions } from '@codezest/db-core/cli';
import type { PrismaClient } from './client.js';

type AddCommands = NonNullable<CliOptions['addCommands']>;

/** `codezest-db-learning events receive|status|redrive`. The client is loaded when one of them runs. */
export const addCommandsForEvents: AddCommands = (program, context) =>
  addEventCommands<PrismaClient>(program, context, async (url) => {
    const [{ createClient }, { receiveEvents, eventBacklog }] = await Promise.all([
      import('./client.js'),
      import('./received-events.js'),
    ]);
    return { client: createClient({ url }), receiveEvents, eventBacklog };
  });
