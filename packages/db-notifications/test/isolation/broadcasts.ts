import { isolationCase } from '@codezest/constraint-tests';
import { newId } from '@codezest/db-core';
import type { EventId } from '@codezest/db-types';
import {
  type Client,
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
  runBroadcast,
  startBroadcast,
} from '../../src/index.js';
import { newUser } from '../fixtures.js';
import type { Own } from './person.js';

interface Given {
  readonly id: EventId;
}

export function broadcastCases(own: Own) {
  const withId = async (): Promise<Given> => ({ id: newId<'Event'>() });
  const timeZone = 'Asia/Tokyo';
  const start = (client: Client, { id }: Given, title: string) =>
    startBroadcast(client, {
      id,
      typeSlug: 'told',
      title,
      message: 'Read them.',
      segment: { timeZones: [timeZone] },
    });
  const started = async (): Promise<Given> => {
    // The three whom every broadcast of these cases is for.
    if ((await own().recipient.count({ where: { timeZone } })) === 0)
      for (const userId of [newUser(), newUser(), newUser()])
        await own().recipient.create({
          data: {
            userId,
            version: 1,
            email: `${userId}@example.com`,
            firstName: 'A',
            lastName: 'B',
            timeZone,
          },
        });
    const given = await withId();
    await start(own(), given, 'News');
    return given;
  };
  const paused = async () => {
    const given = await started();
    await pauseBroadcast(own(), given.id);
    return given;
  };
  const state = async (_client: Client, { id }: Given) => {
    const { title, told, pausedAt, completedAt, canceledAt } = await own().broadcast.findUniqueOrThrow({
      where: { id },
    });
    const notified = await own().notification.count({ where: { eventId: id } });
    return {
      title,
      told,
      notified,
      ends: [pausedAt, completedAt, canceledAt].map((at) => at !== null),
    };
  };
  const calls = {
    run: (client: Client, { id }: Given) => runBroadcast(client, id, { usersPerStep: 2 }),
    pause: (client: Client, { id }: Given) => pauseBroadcast(client, id),
    resume: (client: Client, { id }: Given) => resumeBroadcast(client, id),
    cancel: (client: Client, { id }: Given) => cancelBroadcast(client, id),
  };
  return {
    startBroadcast: isolationCase({
      given: withId,
      act: (client: Client, given: Given) => start(client, given, 'News'),
      rival: (client: Client, given) => start(client, given, 'Other news'),
      state,
    }),
    runBroadcast: isolationCase({ given: started, act: calls.run, rival: calls.pause, state }),
    pauseBroadcast: isolationCase({ given: started, act: calls.pause, rival: calls.cancel, state }),
    resumeBroadcast: isolationCase({ given: paused, act: calls.resume, rival: calls.cancel, state }),
    cancelBroadcast: isolationCase({ given: started, act: calls.cancel, rival: calls.run, state }),
  };
}
