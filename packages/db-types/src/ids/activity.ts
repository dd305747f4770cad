// Ids of the rows of db-activity. To add an entity, copy the three lines of another one and change its name;
// keep the PURE mark, without it every bundle carries every parser.
import { type Id, type IsId, idParser, isId, type ParseId } from './id.js';

export type UserActivityId = Id<'UserActivity'>;
export const isUserActivityId: IsId<'UserActivity'> = isId;
export const parseUserActivityId: ParseId<'UserActivity'> = /* @__PURE__ */ idParser('UserActivity');

export type AnalyticsEventId = Id<'AnalyticsEvent'>;
export const isAnalyticsEventId: IsId<'AnalyticsEvent'> = isId;
export const parseAnalyticsEventId: ParseId<'AnalyticsEvent'> = /* @__PURE__ */ idParser('AnalyticsEvent');

export type PointsEntryId = Id<'PointsEntry'>;
export const isPointsEntryId: IsId<'PointsEntry'> = isId;
export const parsePointsEntryId: ParseId<'PointsEntry'> = /* @__PURE__ */ idParser('PointsEntry');

export type UserEngagementId = Id<'UserEngagement'>;
export const isUserEngagementId: IsId<'UserEngagement'> = isId;
export const parseUserEngagementId: ParseId<'UserEngagement'> = /* @__PURE__ */ idParser('UserEngagement');
