import './prisma-types.js';

export {
  DecryptionError,
  type Keyring,
  KeyringError,
  type KeyUse,
  keyringFromEnvironment,
  type Reencryption,
  ReencryptionError,
  type ReencryptionOptions,
  UnknownKeyError,
} from '@codezest/db-core';

// Prisma's models, enums and the `Prisma` namespace. Our own PrismaClient below takes the place of the generated one.
export * from '../generated/client.js';
export { expectedMigration } from '../generated/expected-migration.js';
export { type ClaimedDelivery, type ClaimRequest, claimDeliveries } from './claim-deliveries.js';
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
  type Device,
  type PushTarget,
  pushTargets,
  registerDevice,
  retireDevice,
} from './devices.js';
export { effectiveChannels } from './effective-channels.js';
export type { DeviceKeys } from './encryption.js';
export * from './errors.js';
export {
  type InboxCounts,
  type InboxRequest,
  inboxCounts,
  listInbox,
  markAllRead,
  markRead,
  markSeen,
  NotificationNotFoundError,
} from './inbox.js';
export type * from './json-types.js';
export {
  InvalidExpiryError,
  type NotificationMessage,
  notify,
  notifyMany,
  UnknownNotificationTypeError,
} from './notify.js';
export { quietUntil } from './quiet-hours.js';
export { type RecipientEvent, upsertRecipient } from './recipients.js';
export {
  DeliveryClaimLostError,
  DeliveryNotFoundError,
  type Failed,
  type FailedAttempt,
  type ProviderReport,
  recordDelivery,
  recordProviderReport,
  type Sent,
} from './record-delivery.js';
export { reencrypt } from './reencryption.js';
export * from './retry.js';
