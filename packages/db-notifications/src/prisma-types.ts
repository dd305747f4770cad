// What the bracketed names in the comments of the Prisma schema stand for.
import type * as ids from '@codezest/db-types';
import type * as json from './json-types.js';

declare global {
  namespace DbNotifications {
    type ErasedRows = ids.ErasedRows;
    type ReceivedPayload = ids.JsonObject;
    type UserId = ids.UserId;
    type EventId = ids.EventId;
    type NotificationTypeId = ids.NotificationTypeId;
    type UserNotificationSettingId = ids.UserNotificationSettingId;
    type NotificationPreferenceId = ids.NotificationPreferenceId;
    type NotificationId = ids.NotificationId;
    type NotificationOccurrenceId = ids.NotificationOccurrenceId;
    type NotificationDeliveryId = ids.NotificationDeliveryId;
    type UserDeviceId = ids.UserDeviceId;
    type EmailLogId = ids.EmailLogId;
    type RecipientId = ids.RecipientId;
    type SuppressionId = ids.SuppressionId;
    type NotificationData = json.NotificationData;
  }
}
