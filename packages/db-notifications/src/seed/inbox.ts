import {
  after,
  DAY,
  HOUR,
  MINUTE,
  type Person,
  Random,
  SEED_NOW,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import type { NotificationChannel } from '../../generated/enums.js';
import type { Choices } from './choices.js';
import { type Message, messagesOf } from './messages.js';
import { notificationTypes, typeIdOf } from './notification-types.js';

/** A person's inbox, what was sent of it, and what it adds up to. */
export interface Inbox {
  readonly notifications: SeedRow[];
  readonly keys: SeedRow[];
  readonly deliveries: SeedRow[];
  readonly emails: SeedRow[];
  readonly emailOpens: number;
  readonly emailClicks: number;
  readonly lastEmailSent: Date | null;
  readonly lastEmailOpened: Date | null;
}

export function inboxOf(person: Person, choices: Choices): Inbox {
  const notifications: SeedRow[] = [];
  const deliveries: SeedRow[] = [];
  const emails: EmailRow[] = [verificationEmail(person)];

  for (const message of messagesOf(person)) {
    const random = new Random('notification', message.eventId);
    const id = seedId('Notification', message.eventId, message.at);
    const reading = readingOf(message, random);
    notifications.push({
      id,
      user_id: person.id,
      type_id: typeIdOf(message.slug),
      event_id: message.eventId,
      title: message.title,
      message: message.text,
      data: message.data,
      priority: message.priority,
      action_url: message.actionUrl,
      created_at: message.at,
      updated_at: reading.read_at ?? reading.seen_at ?? message.at,
      ...reading,
    });
    for (const channel of channelsFor(message, choices)) {
      const delivery = deliveryRow(id, channel, message, random);
      deliveries.push(delivery);
      if (channel === 'EMAIL') emails.push(emailRow(person, message, delivery, random));
    }
  }
  const opened = emails.flatMap(({ opened_at }) => opened_at ?? []);
  return {
    notifications,
    keys: notifications.map(({ event_id, user_id, created_at }) => ({ event_id, user_id, created_at })),
    deliveries,
    emails,
    emailOpens: opened.length,
    emailClicks: emails.filter(({ clicked_at }) => clicked_at).length,
    lastEmailSent: latest(emails.flatMap(({ sent_at }) => sent_at ?? [])),
    lastEmailOpened: latest(opened),
  };
}

/** By the same rule that the service applies: see `types.prisma`. */
function channelsFor({ slug }: Message, choices: Choices): NotificationChannel[] {
  const type = notificationTypes.get(slug);
  const uses = (channel: 'email' | 'push' | 'inApp') => type?.channels.includes(channel) ?? false;
  const wantsEmail = type?.mandatory || (choices.email && !choices.mutedEmails.includes(slug));
  const channels: NotificationChannel[] = [];
  if (uses('inApp')) channels.push('IN_APP');
  if (uses('email') && wantsEmail) channels.push('EMAIL');
  if (uses('push') && choices.push && choices.devices.length > 0) channels.push('PUSH');
  return channels;
}

/** Most is read within a day or two, and the newest not yet. */
function readingOf({ at }: Message, random: Random): { seen_at: Date | null; read_at: Date | null } {
  const seen_at = after(at, random.between(MINUTE, 2 * DAY));
  const read_at = after(seen_at, random.between(0, 4 * HOUR));
  const isRead = random.chance(0.8) && read_at < SEED_NOW;
  return { seen_at: seen_at < SEED_NOW ? seen_at : null, read_at: isRead ? read_at : null };
}

type DeliveryRow = SeedRow & {
  readonly id: string;
  readonly sent_at: Date | null;
  readonly failed_at: Date | null;
};

function deliveryRow(
  notificationId: string,
  channel: NotificationChannel,
  message: Message,
  random: Random,
): DeliveryRow {
  const { at } = message;
  const failed = channel !== 'IN_APP' && random.chance(0.015);
  const sentAt = after(at, channel === 'IN_APP' ? 0 : random.between(300, 20_000));
  const deliveredAt = after(sentAt, channel === 'IN_APP' ? 0 : random.between(500, 40_000));
  const attempts = failed ? 5 : channel === 'IN_APP' || random.chance(0.97) ? 1 : 2;
  return {
    id: seedId('NotificationDelivery', `${notificationId}/${channel}`, at),
    notification_id: notificationId,
    channel,
    priority: message.priority,
    attempt_group: 1,
    status: failed ? 'FAILED' : 'DELIVERED',
    attempts,
    max_attempts: 5,
    next_attempt_at: null,
    sent_at: failed ? null : sentAt,
    delivered_at: failed ? null : deliveredAt,
    failed_at: failed ? after(at, 31 * MINUTE) : null,
    provider_message_id: failed || channel === 'IN_APP' ? null : random.hex(12),
    error_code: failed ? 'PROVIDER_UNREACHABLE' : null,
    created_at: at,
    updated_at: failed ? after(at, 31 * MINUTE) : deliveredAt,
  };
}

type EmailRow = SeedRow & {
  readonly sent_at: Date | null;
  readonly opened_at: Date | null;
  readonly clicked_at: Date | null;
};

function emailRow(person: Person, message: Message, delivery: DeliveryRow, random: Random): EmailRow {
  return email(person, {
    key: message.eventId,
    at: message.at,
    deliveryId: delivery.id,
    templateId: `email/${message.slug}`,
    subject: message.title,
    sentAt: delivery.sent_at,
    failedAt: delivery.failed_at,
    random,
  });
}

/** Sent without a notification: an account that is not verified has no inbox to look into. */
function verificationEmail(person: Person): EmailRow {
  const at = person.joinedAt;
  return email(person, {
    key: `${person.index}/verification`,
    at,
    deliveryId: null,
    templateId: 'email/email-verification',
    subject: 'Verify your e-mail address',
    sentAt: after(at, 1_500),
    failedAt: null,
    random: new Random('verification e-mail', person.index),
  });
}

interface Sending {
  readonly key: string;
  readonly at: Date;
  readonly deliveryId: string | null;
  readonly templateId: string;
  readonly subject: string;
  readonly sentAt: Date | null;
  readonly failedAt: Date | null;
  readonly random: Random;
}

function email(person: Person, { key, at, sentAt, failedAt, random, ...sending }: Sending): EmailRow {
  const deliveredAt = sentAt && after(sentAt, random.between(500, 40_000));
  const mayOpen = deliveredAt && after(deliveredAt, random.between(MINUTE, 20 * HOUR));
  const openedAt = mayOpen && mayOpen < SEED_NOW && random.chance(0.45) ? mayOpen : null;
  const clickedAt = openedAt && random.chance(0.4) ? after(openedAt, random.between(2_000, MINUTE)) : null;
  return {
    id: seedId('EmailLog', key, at),
    user_id: person.id,
    delivery_id: sending.deliveryId,
    to_address: person.email,
    from_address: 'noreply@codezest.com',
    template_id: sending.templateId,
    subject: sending.subject,
    status: sentAt ? 'DELIVERED' : 'FAILED',
    provider: 'SES',
    provider_id: sentAt ? `seed-${random.hex(14)}` : null,
    error_code: sentAt ? null : 'PROVIDER_UNREACHABLE',
    created_at: at,
    updated_at: clickedAt ?? openedAt ?? deliveredAt ?? failedAt ?? at,
    sent_at: sentAt,
    delivered_at: deliveredAt,
    opened_at: openedAt,
    clicked_at: clickedAt,
    failed_at: failedAt,
  };
}

function latest(times: readonly Date[]): Date | null {
  return times.length === 0 ? null : new Date(Math.max(...times.map((time) => time.getTime())));
}
