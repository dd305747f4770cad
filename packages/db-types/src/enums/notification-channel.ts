import { type EnumGuard, guardOf } from './guard.js';

/** How a message reaches a user. Not to be mixed up with the model NotificationType, which says what it is about. */
export const NotificationChannel = {
  IN_APP: 'IN_APP',
  EMAIL: 'EMAIL',
  PUSH: 'PUSH',
  SMS: 'SMS',
} as const;
export type NotificationChannel = (typeof NotificationChannel)[keyof typeof NotificationChannel];

export const isNotificationChannel: EnumGuard<NotificationChannel> =
  /* @__PURE__ */ guardOf(NotificationChannel);
