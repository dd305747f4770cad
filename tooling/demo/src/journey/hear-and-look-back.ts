import type { Cast } from './cast.js';

/** Is told about it, and sees her own feed. */
export async function hearAndLookBack({ stage, notifications, activity, learner }: Cast): Promise<void> {
  stage.chapter('Maya hears about it, and looks back');

  const notification = await stage.play('notifications', 'is notified in the app and by mail', async () => {
    const type = await notifications.notificationType.findFirstOrThrow({
      where: { category: 'ACHIEVEMENT' },
      orderBy: { slug: 'asc' },
    });
    const written = await notifications.notification.create({
      data: {
        userId: learner.id,
        typeId: type.id,
        title: 'Your certificate is ready',
        message: 'You completed your first module. Well done!',
        priority: 'HIGH',
        actionUrl: '/certificates',
        deliveries: { create: [{ channel: 'EMAIL' }, { channel: 'IN_APP' }] },
      },
    });
    return { result: written, rows: 3, detail: `“${written.title}”` };
  });

  await stage.play('notifications', 'opens her inbox', async () => {
    const unread = await notifications.notification.count({ where: { userId: learner.id, readAt: null } });
    const now = new Date();
    await notifications.notification.update({
      where: { id: notification.id },
      data: { readAt: now, seenAt: now },
    });
    return { result: unread, rows: 1, detail: `${unread} unread before, ${unread - 1} after` };
  });

  await stage.play('activity', 'collects points and a streak', async () => {
    const engagement = await activity.userEngagement.create({
      data: {
        userId: learner.id,
        points: 180,
        level: 2,
        streak: 1,
        longestStreak: 1,
        lastActiveAt: new Date(),
      },
    });
    return { result: engagement, rows: 1, detail: `${engagement.points} points, level ${engagement.level}` };
  });

  await stage.play('activity', 'sees her feed, newest first', async () => {
    const feed = await activity.userActivity.findMany({
      where: { userId: learner.id },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: 20,
    });
    return { result: feed, detail: feed.map(({ description }) => description).join(' ← ') };
  });
}
