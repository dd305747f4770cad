import { type ClaimedDelivery, digestItems, type PrismaClient, writeDigests } from '../../src/index.js';

/** Every few minutes. The mails then wait for `sendEmails` like any other. */
export const digestsOfNow = (client: PrismaClient) =>
  writeDigests(client, {
    typeSlug: 'digest',
    title: 'Your CodeZest',
    message: 'What happened since the last one.',
  });

/** What the template of a claimed mail lists: nothing, unless it is a digest. */
export async function linesOf(client: PrismaClient, { notification }: ClaimedDelivery): Promise<string[]> {
  const items = await digestItems(client, notification.id);
  return items.map(({ title }) => title);
}
