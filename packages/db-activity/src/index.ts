import './prisma-types.js';

export {
  deleteReceivedEvents,
  type EventBacklog,
  InvalidEventLimitError,
  InvalidEventRetentionError,
  InvalidIdTimeError,
  type Received,
  type ReceiveOptions,
  redriveEvents,
} from '@codezest/db-core';

// Prisma's models, enums and the `Prisma` namespace. Our own PrismaClient below takes the place of the generated one.
export * from '../generated/client.js';
export { expectedMigration } from '../generated/expected-migration.js';
export { type CountsOfPeriod, foldActivityCounts, listActivityCounts } from './activity-counts.js';
export {
  type ActivityWriter,
  type AnalyticsEventWriter,
  createActivityWriter,
  createAnalyticsEventWriter,
} from './activity-writer.js';
export { awardBadge, type BadgeResult, InvalidBadgeError, listBadges, type NewBadge } from './badges.js';
export type { BatchingWriter, BatchingWriterOptions } from './batching-writer.js';
export {
  type Client,
  type ClientOptions,
  connect,
  createClient,
  disconnect,
  drain,
  healthCheck,
  PrismaClient,
  type PrismaClientConstructor,
  prisma,
  readinessCheck,
  type TransactionClient,
} from './client.js';
export {
  type Award,
  type AwardResult,
  awardPoints,
  type DayOfUser,
  findEngagement,
  freezeDay,
  reversePoints,
} from './engagement.js';
export {
  InvalidMomentError,
  PointsNotAwardedError,
  PointsOutOfRangeError,
  UnknownTimeZoneError,
} from './engagement-errors.js';
export { eraseUser, exportUser } from './erasure.js';
export * from './errors.js';
export { EventRefusedError, WriterClosedError, WriterFullError } from './event-errors.js';
export type { NewActivity, NewAnalyticsEvent, RecordOutcome } from './event-kinds.js';
export {
  type ActivityPeriod,
  countActivities,
  InvalidPeriodError,
  listActivity,
  listAllActivity,
} from './feed.js';
export { httpAnswerOf } from './http-answer.js';
export type * from './json-types.js';
export {
  deleteLeaderboardsBefore,
  findStanding,
  foldLeaderboards,
  InvalidLeaderboardError,
  type Leaderboard,
  listLeaderboard,
  type OwnStanding,
  type Standing,
  setCohort,
} from './leaderboards.js';
export { levelOf, pointsForLevel } from './level.js';
export {
  dropPartitionsBefore,
  emptyDefaultPartition,
  ensurePartitions,
  type PartitionOptions,
  PartitionRangeError,
  RetentionTooShortError,
} from './partitions.js';
export { eventBacklog, receiveEvents } from './received-events.js';
export {
  newActivityId,
  newAnalyticsEventId,
  type RecordedActivity,
  recordActivities,
  recordActivity,
  recordAnalyticsEvents,
} from './recording.js';
export * from './replica.js';
export * from './retry.js';
