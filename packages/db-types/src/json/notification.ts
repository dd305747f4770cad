import type { NotificationPriority } from '../enums/notification-priority.js';
import type { UserId } from '../ids/auth.js';
import type { EventId } from '../ids/events.js';
import type { JsonObject } from './json-value.js';

/**
 * What any service sends to have a user notified. Which channels carry it is for notifications to say, from the
 * type's defaults and the user's own settings.
 */
export type NotificationRequest = {
  /** Makes the request idempotent: one event notifies once. */
  eventId: EventId;
  userId: UserId;
  /** `NotificationType.slug`; the id of a type is different in every environment. */
  typeSlug: string;
  title: string;
  message: string;
  /** Default: MEDIUM. */
  priority?: NotificationPriority;
  /** Values for the templates. No secrets: this is stored, and shown to the user's devices. */
  data?: JsonObject;
  actionUrl?: string;
  /** ISO 8601 in UTC. */
  expiresAt?: string;
};
