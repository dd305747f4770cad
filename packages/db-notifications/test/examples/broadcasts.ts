import type { EventId } from '@codezest/db-types';
import {
  cancelBroadcast,
  findBroadcast,
  type PrismaClient,
  pauseBroadcast,
  resumeBroadcast,
  runBroadcast,
  startBroadcast,
} from '../../src/index.js';

/** The id is made once, with the request: sent again it is the same broadcast. */
export const announceNews = (client: PrismaClient, id: EventId) =>
  startBroadcast(client, {
    id,
    typeSlug: 'platform-notice',
    title: 'Novos cursos',
    message: 'Há novos cursos em português.',
    priority: 'LOW',
    segment: { locales: ['pt'] },
  });

/** In a job that is started again when its process dies: it goes on behind whom it has told. */
export const tellEverybody = (client: PrismaClient, id: EventId, signal?: AbortSignal) =>
  runBroadcast(client, id, { signal });

/** For the page of whoever sends it. */
export async function progressOf(client: PrismaClient, id: EventId) {
  const { examined, total, told, pausedAt, completedAt } = await findBroadcast(client, id);
  return { percent: total === 0 ? 100 : Math.floor((100 * examined) / total), told, pausedAt, completedAt };
}

export const controls = { pause: pauseBroadcast, resume: resumeBroadcast, cancel: cancelBroadcast };
