import { type ClaimedDelivery, type Client, unsubscribe, unsubscribeToken } from '../../src/index.js';

/** Headers of a mail that may be unsubscribed from by one click, as RFC 8058 wants them. DKIM has to sign both. */
export function unsubscribeHeaders({ notification, type }: ClaimedDelivery) {
  const token = unsubscribeToken({ userId: notification.userId, from: { typeSlug: type.slug } });
  return {
    'List-Unsubscribe': `<https://codezest.com/unsubscribe/${token}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** The POST of a mail client, without a cookie or a login, as often as it likes. A GET shows a page with a button. */
export const unsubscribed = (client: Client, token: string) => unsubscribe(client, token);
