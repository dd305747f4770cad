// What the bracketed names in the comments of the Prisma schema stand for.
import type * as ids from '@codezest/db-types';
import type * as json from './json-types.js';

declare global {
  namespace DbActivity {
    type ErasedRows = ids.ErasedRows;
    type ReceivedPayload = ids.JsonObject;
    type EventId = ids.EventId;
    type UserId = ids.UserId;
    type UserActivityId = ids.UserActivityId;
    type AnalyticsEventId = ids.AnalyticsEventId;
    type UserEngagementId = ids.UserEngagementId;
    type PointsEntryId = ids.PointsEntryId;
    type TimeZone = ids.TimeZone;
    type ActivityMetadata = ids.ActivityMetadata;
    type AnalyticsProperties = json.AnalyticsProperties;
  }
}
