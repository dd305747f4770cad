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
  AccountNotFoundError,
  AccountUnavailableError,
  EmailTakenError,
  UsernameTakenError,
} from './account-errors.js';
export {
  type CreatedAccount,
  createAccount,
  deleteAccount,
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
export { type CompletedLogin, completeLogin, type ProvenLogin } from './complete-login.js';
export {
  consumeEmailChange,
  type EmailChangeRequest,
  EmailUnchangedError,
  type IssuedEmailChange,
  issueEmailChange,
} from './email-change.js';
export { undoEmailChange } from './email-change-undo.js';
export {
  consumeEmailVerification,
  issueEmailVerification,
} from './email-verification.js';
export type { EncryptionOptions, LookupOptions } from './encryption.js';
export { eraseUser, exportUser } from './erasure.js';
export {
  type Erasure,
  listOpenErasures,
  readErasure,
  recordErasureReport,
  requestErasure,
} from './erasure-requests.js';
export * from './errors.js';
export * from './events.js';
export { httpAnswerOf } from './http-answer.js';
export type * from './json-types.js';
export { listLoginHistory } from './login-history.js';
export { beginMailedLogin, type LoginByMail, type MailedLogin, proveMailedCode } from './mailed-login.js';
export {
  forgetOAuthTokens,
  type LinkedOAuthAccount,
  linkOAuthAccount,
  type OAuthAccountChoice,
  type OAuthAccountWithoutSecrets,
  type OAuthTokens,
  type ProviderAccount,
  readOAuthTokens,
  unlinkOAuthAccount,
} from './oauth.js';
export { EmailMissingError, type LoginByOAuth, logInWithOAuth, type OAuthLogin } from './oauth-login.js';
export { InvalidTokenError, type IssuedToken } from './one-time-tokens.js';
export {
  consumePasskeyChallenge,
  type IssuedChallenge,
  issuePasskeyChallenge,
  type LoginByPasskey,
  logInWithPasskey,
  type PasskeyPurpose,
  passkeyUserHandle,
} from './passkey-login.js';
export {
  findPasskey,
  InvalidPasskeyError,
  listPasskeys,
  type NewPasskey,
  PasskeyNotFoundError,
  PasskeyTakenError,
  registerPasskey,
  removePasskey,
} from './passkeys.js';
export { InvalidPasswordHashError } from './password-hash.js';
export {
  type BegunLogin,
  beginLogin,
  type ComparedPassword,
  type LoginByPassword,
  PasswordRehashMissingError,
  provePassword,
} from './password-login.js';
export {
  changePassword,
  consumePasswordReset,
  type ForgottenPassword,
  issuePasswordReset,
  type MailedNewPassword,
  type NewPassword,
  type PasswordResetRequest,
  type RecoveredAccount,
  requestPasswordReset,
} from './password-reset.js';
export type { LoginOrigin, LoginStep, RefusalReason, RefusedLogin } from './pending-login.js';
export { consumeRecoveryCode, InvalidRecoveryCodeError, replaceRecoveryCodes } from './recovery-codes.js';
export { reencrypt } from './reencryption.js';
export * from './replica.js';
export { deleteExpired, type RetainedTable, type RetentionOptions } from './retention.js';
export * from './retry.js';
export type { Origin, SessionWithoutSecrets, UserWithoutSecrets } from './rows.js';
export {
  beginSecondFactor,
  type CheckedCode,
  proveRecoveryCode,
  proveSecondFactor,
} from './second-factor-login.js';
export { lockSession } from './session-lock.js';
export {
  InvalidSessionError,
  type PresentedToken,
  rotateSession,
  type SessionRotation,
} from './session-rotation.js';
export {
  type AuthenticatedSession,
  authenticateSession,
  endSession,
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
  InvalidTwoFactorStepError,
  readTwoFactorSecret,
  startTwoFactorEnrolment,
  type TwoFactorCode,
  TwoFactorCodeReusedError,
  TwoFactorEnabledError,
  TwoFactorNotFoundError,
  TwoFactorReplacedError,
  type TwoFactorSecret,
} from './two-factor.js';
export {
  consumeWaysInConfirmation,
  type IssuedConfirmation,
  issueWaysInConfirmation,
  type UnconfirmedWayIn,
} from './ways-in-confirmation.js';
export {
  LastWayInError,
  OAuthAccountAmbiguousError,
  OAuthAccountNotFoundError,
  OAuthAccountTakenError,
} from './ways-in-errors.js';
