// Ids of the rows of db-notifications. To add an entity, copy the three lines of another one and change its name;
// keep the PURE mark, without it every bundle carries every parser.
import { type Id, type IsId, idParser, isId, type ParseId } from './id.js';

export type NotificationTypeId = Id<'NotificationType'>;
export const isNotificationTypeId: IsId<'NotificationType'> = isId;
export const parseNotificationTypeId: ParseId<'NotificationType'> =
  /* @__PURE__ */ idParser('NotificationType');

export type UserNotificationSettingId = Id<'UserNotificationSetting'>;
export const isUserNotificationSettingId: IsId<'UserNotificationSetting'> = isId;
export const parseUserNotificationSettingId: ParseId<'UserNotificationSetting'> =
  /* @__PURE__ */ idParser('UserNotificationSetting');

export type NotificationPreferenceId = Id<'NotificationPreference'>;
export const isNotificationPreferenceId: IsId<'NotificationPreference'> = isId;
export const parseNotificationPreferenceId: ParseId<'NotificationPreference'> =
  /* @__PURE__ */ idParser('NotificationPreference');

export type NotificationId = Id<'Notification'>;
export const isNotificationId: IsId<'Notification'> = isId;
export const parseNotificationId: ParseId<'Notification'> = /* @__PURE__ */ idParser('Notification');

export type NotificationOccurrenceId = Id<'NotificationOccurrence'>;
export const isNotificationOccurrenceId: IsId<'NotificationOccurrence'> = isId;
export const parseNotificationOccurrenceId: ParseId<'NotificationOccurrence'> =
  /* @__PURE__ */ idParser('NotificationOccurrence');

export type NotificationDeliveryId = Id<'NotificationDelivery'>;
export const isNotificationDeliveryId: IsId<'NotificationDelivery'> = isId;
export const parseNotificationDeliveryId: ParseId<'NotificationDelivery'> =
  /* @__PURE__ */ idParser('NotificationDelivery');

export type UserDeviceId = Id<'UserDevice'>;
export const isUserDeviceId: IsId<'UserDevice'> = isId;
export const parseUserDeviceId: ParseId<'UserDevice'> = /* @__PURE__ */ idParser('UserDevice');

export type EmailLogId = Id<'EmailLog'>;
export const isEmailLogId: IsId<'EmailLog'> = isId;
export const parseEmailLogId: ParseId<'EmailLog'> = /* @__PURE__ */ idParser('EmailLog');

export type RecipientId = Id<'Recipient'>;
export const isRecipientId: IsId<'Recipient'> = isId;
export const parseRecipientId: ParseId<'Recipient'> = /* @__PURE__ */ idParser('Recipient');

export type SuppressionId = Id<'Suppression'>;
export const isSuppressionId: IsId<'Suppression'> = isId;
export const parseSuppressionId: ParseId<'Suppression'> = /* @__PURE__ */ idParser('Suppression');
