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
export {
  AccountLockedError,
  AccountNotFoundError,
  AccountUnavailableError,
  EmailTakenError,
  PasswordOutdatedError,
  UsernameTakenError,
} from './account-errors.js';
export {
  type CreatedAccount,
  createAccount,
  deleteAccount,
  findLoginCandidate,
  type LoginCandidate,
  type NewAccount,
} from './accounts.js';
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
  consumeEmailChange,
  type EmailChangeRequest,
  EmailUnchangedError,
  issueEmailChange,
} from './email-change.js';
export { consumeEmailVerification, issueEmailVerification } from './email-verification.js';
export type { EncryptionOptions, LookupOptions } from './encryption.js';
export * from './errors.js';
export { httpAnswerOf } from './http-answer.js';
export type * from './json-types.js';
export {
  type FailedLogin,
  type Login,
  type LoginAttempt,
  listLoginHistory,
  recordFailedLogin,
  recordLogin,
} from './login.js';
export {
  LastWayInError,
  type LinkedOAuthAccount,
  linkOAuthAccount,
  OAuthAccountNotFoundError,
  OAuthAccountTakenError,
  type OAuthAccountWithoutSecrets,
  OAuthProviderLinkedError,
  type OAuthTokens,
  readOAuthTokens,
  unlinkOAuthAccount,
} from './oauth.js';
export { InvalidTokenError, type IssuedToken } from './one-time-tokens.js';
export {
  changePassword,
  consumePasswordReset,
  issuePasswordReset,
  type NewPassword,
  type PasswordResetRequest,
} from './password-reset.js';
export { consumeRecoveryCode, InvalidRecoveryCodeError, replaceRecoveryCodes } from './recovery-codes.js';
export { reencrypt } from './reencryption.js';
export * from './retry.js';
export type { Origin, SessionWithoutSecrets, UserWithoutSecrets } from './rows.js';
export {
  InvalidSessionError,
  type PresentedToken,
  rotateSession,
  type SessionRotation,
} from './session-rotation.js';
export {
  type AuthenticatedSession,
  authenticateSession,
  listSessions,
  type NewSession,
  type RevokedSession,
  type RevokedSessions,
  revokeAllSessions,
  revokeSession,
  SessionNotFoundError,
  type StartedSession,
  startSession,
} from './sessions.js';
export {
  acceptTwoFactorCode,
  disableTwoFactor,
  enableTwoFactor,
  readTwoFactorSecret,
  startTwoFactorEnrolment,
  type TwoFactorCode,
  TwoFactorCodeReusedError,
  TwoFactorEnabledError,
  TwoFactorNotFoundError,
} from './two-factor.js';
