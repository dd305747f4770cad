import './prisma-types.js';

export {
  DecryptionError,
  deleteReceivedEvents,
  type EventBacklog,
  InvalidEventLimitError,
  InvalidEventRetentionError,
  type Keyring,
  KeyringError,
  type KeyUse,
  keyringFromEnvironment,
  type Received,
  type ReceiveOptions,
  type Reencryption,
  ReencryptionError,
  type ReencryptionOptions,
  redriveEvents,
  UnknownKeyError,
} from '@codezest/db-core';

// Prisma's models, enums and the `Prisma` namespace. Our own PrismaClient below takes the place of the generated one.
export * from '../generated/client.js';
export { expectedMigration } from '../generated/expected-migration.js';
export {
  BroadcastEndedError,
  BroadcastNotFoundError,
  type BroadcastRun,
  cancelBroadcast,
  findBroadcast,
  InvalidBroadcastStepError,
  type NewBroadcast,
  pauseBroadcast,
  resumeBroadcast,
  runBroadcast,
  type Segment,
  startBroadcast,
} from './broadcasts.js';
export {
  type CanceledNotifications,
  type Cancellation,
  cancelNotifications,
} from './cancel-notifications.js';
export {
  type ClaimedDelivery,
  type ClaimRequest,
  claimDeliveries,
  extendClaim,
  InvalidClaimError,
} from './claim-deliveries.js';
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
export { type Actor, type Actors, actorsOf, type Collapse, InvalidCollapseError } from './collapse.js';
export {
  type Device,
  type PushTarget,
  pushTargets,
  registerDevice,
  retireDevice,
} from './devices.js';
export { type DigestMessage, digestItems, writeDigests } from './digests.js';
export { effectiveChannels } from './effective-channels.js';
export { EmailNotFoundError, recordEmailReport } from './email-reports.js';
export type { DeviceKeys } from './encryption.js';
export { eraseUser, exportUser } from './erasure.js';
export * from './errors.js';
export { httpAnswerOf } from './http-answer.js';
export {
  type InboxCounts,
  type InboxRequest,
  InvalidReadTimeError,
  inboxCounts,
  listInbox,
  markAllRead,
  markRead,
  markSeen,
  NotificationNotFoundError,
  type ShownNotification,
} from './inbox.js';
export type * from './json-types.js';
export {
  InvalidExpiryError,
  InvalidSendTimeError,
  type NotificationMessage,
  notify,
  notifyMany,
  UnknownNotificationTypeError,
} from './notify.js';
export {
  DeliveryNotFoundError,
  InvalidReportTimeError,
  type ProviderReport,
  recordProviderReport,
} from './provider-reports.js';
export { quietUntil } from './quiet-hours.js';
export { eventBacklog, receiveEvents } from './received-events.js';
export {
  InvalidRecipientVersionError,
  type RecipientEvent,
  type UpsertedRecipient,
  upsertRecipient,
} from './recipients.js';
export {
  type Claim,
  DeliveryClaimLostError,
  type Failed,
  type FailedAttempt,
  type RecordedDeliveries,
  recordDeliveries,
  recordDelivery,
  type Sent,
} from './record-delivery.js';
export { reencrypt } from './reencryption.js';
export * from './replica.js';
export { type Deleted, deleteOld, InvalidRetentionError, type Retention } from './retention.js';
export * from './retry.js';
export {
  liftSuppression,
  listSuppressions,
  type ReachableAddress,
  suppressAddress,
} from './suppressions.js';
export {
  InvalidUnsubscribeTokenError,
  type Subscription,
  type UnsubscribeKeys,
  unsubscribe,
  unsubscribeToken,
} from './unsubscribe.js';
