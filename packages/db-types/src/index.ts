// The public surface of @codezest/db-types.

export * from './enums/activity-type.js';
export type { EnumGuard } from './enums/guard.js';
export * from './enums/notification-channel.js';
export * from './enums/notification-priority.js';
export * from './enums/subscription-plan.js';
export * from './enums/subscription-status.js';
export * from './enums/user-role.js';
export { userContactChanged, userDeleted, userRegistered } from './events/auth.js';
export type { EventContract } from './events/contract.js';
export { contractOf, type EventType, eventContracts } from './events/contracts.js';
export {
  type CodezestEvent,
  type EventPayload,
  InvalidEventError,
  parseEvent,
  UnknownEventError,
} from './events/event.js';
export type { JsonSchema, SchemaOf } from './events/json-schema.js';
export { certificateIssued, moduleCompleted, submissionGraded } from './events/learning.js';
export { entitlementChanged } from './events/payments.js';
export * from './ids/activity.js';
export * from './ids/auth.js';
export * from './ids/events.js';
export { type Id, type IsId, isId, type ParseId } from './ids/id.js';
export { InvalidIdError } from './ids/invalid-id-error.js';
export * from './ids/learning.js';
export * from './ids/notifications.js';
export * from './ids/payments.js';
export * from './json/activity.js';
export * from './json/entitlement.js';
export * from './json/erasure.js';
export * from './json/json-value.js';
export * from './json/notification.js';
export type { CrossServiceReference, ReferenceAction } from './references/reference.js';
export { crossServiceReferences } from './references/registry.js';
export * from './references/service.js';
export {
  type EmailAddress,
  InvalidEmailAddressError,
  isEmailAddress,
  parseEmailAddress,
} from './values/email-address.js';
export { InvalidLocaleError, isLocale, type Locale, parseLocale } from './values/locale.js';
export {
  InvalidPhoneNumberError,
  isPhoneNumber,
  type PhoneNumber,
  parsePhoneNumber,
} from './values/phone-number.js';
export {
  isTimeZone,
  parseTimeZone,
  type TimeZone,
  timeZoneNames,
  UnknownTimeZoneError,
} from './values/time-zone.js';
