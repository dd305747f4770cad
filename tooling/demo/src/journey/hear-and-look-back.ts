import { randomUUID } from 'node:crypto';
import { listActivity } from '@codezest/db-activity';
import { createMongo, listUserActivityLogs, recordActivityLogs } from '@codezest/db-activity/mongo';
import { inboxCounts, listInbox, markRead, notify } from '@codezest/db-notifications';
import { parseEventId } from '@codezest/db-types';
import type { Cast } from './cast.js';

/** Is told about it, and sees her own feed. */
export async function hearAndLookBack({ stage, notifications, activity, learner }: Cast): Promise<void> {
  stage.chapter('Maya hears about it, and looks back');
  const userId = learner.id;

  await stage.play('notifications', 'is notified of her certificate', async () => {
    const { slug } = await notifications.notificationType.findFirstOrThrow({
      where: { slug: { contains: 'certificate' } },
      orderBy: { slug: 'asc' },
    });
    const notification = await notify(notifications, {
      userId,
      typeSlug: slug,
      title: 'Your certificate is ready',
      message: 'You completed your first module. Well done!',
      priority: 'HIGH',
      actionUrl: '/certificates',
    });
    const deliveries = await notifications.notificationDelivery.findMany({
      where: { notificationId: notification?.id },
      orderBy: { channel: 'asc' },
    });
    const channels = deliveries.map(({ channel }) => channel).join(' and ');
    return {
      result: notification,
      rows: 1 + deliveries.length,
      detail: `${channels}, by her settings and her clock`,
    };
  });

  await stage.play('notifications', 'opens her inbox and reads it', async () => {
    const { unread } = await inboxCounts(notifications, userId);
    const { items } = await listInbox(notifications, userId);
    for (const { id: notificationId } of items) await markRead(notifications, { userId, notificationId });
    const after = await inboxCounts(notifications, userId);
    return { result: items, rows: items.length, detail: `${unread} unread before, ${after.unread} after` };
  });

  await stage.play('activity', 'sees her feed, newest first', async () => {
    const feed = await listActivity(activity, userId);
    const told = feed.items.map(({ description }) => description);
    return { result: feed, detail: [...told.slice(0, 2), '…', ...told.slice(-1)].join(' ← ') };
  });
  if (process.env.ACTIVITY_MONGODB_URL) await keepRawLog({ stage, learner });
}

/** The raw log in MongoDB, where the environment names one. */
async function keepRawLog({ stage, learner }: Pick<Cast, 'stage' | 'learner'>): Promise<void> {
  const mongo = createMongo();
  try {
    await stage.play('activity', 'leaves a raw log in MongoDB', async () => {
      const entry = {
        id: parseEventId(randomUUID()),
        userId: learner.id,
        action: 'demo.played',
        at: new Date(),
      };
      const recorded = await recordActivityLogs(mongo, [entry, entry]);
      const { items } = await listUserActivityLogs(mongo, learner.id);
      return { result: items, rows: recorded, detail: `sent twice, kept once (${items.length} entry)` };
    });
  } finally {
    await mongo.close();
  }
}
