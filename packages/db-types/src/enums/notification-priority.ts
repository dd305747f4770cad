import { type EnumGuard, guardOf } from './guard.js';

/** How urgent a message is: the order of the members is the order of urgency. */
export const NotificationPriority = {
  LOW: 'LOW',
  MEDIUM: 'MEDIUM',
  HIGH: 'HIGH',
  URGENT: 'URGENT',
} as const;
export type NotificationPriority = (typeof NotificationPriority)[keyof typeof NotificationPriority];

export const isNotificationPriority: EnumGuard<NotificationPriority> =
  /* @__PURE__ */ guardOf(NotificationPriority);
