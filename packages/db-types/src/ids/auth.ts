// Ids of the rows of db-auth. To add an entity, copy the three lines of another one and change its name;
// keep the PURE mark, without it every bundle carries every parser.
import { type Id, type IsId, idParser, isId, type ParseId } from './id.js';

/** An account. The one id that every service holds. */
export type UserId = Id<'User'>;
export const isUserId: IsId<'User'> = isId;
export const parseUserId: ParseId<'User'> = /* @__PURE__ */ idParser('User');

export type UserProfileId = Id<'UserProfile'>;
export const isUserProfileId: IsId<'UserProfile'> = isId;
export const parseUserProfileId: ParseId<'UserProfile'> = /* @__PURE__ */ idParser('UserProfile');

export type UserLeadId = Id<'UserLead'>;
export const isUserLeadId: IsId<'UserLead'> = isId;
export const parseUserLeadId: ParseId<'UserLead'> = /* @__PURE__ */ idParser('UserLead');

export type SessionId = Id<'Session'>;
export const isSessionId: IsId<'Session'> = isId;
export const parseSessionId: ParseId<'Session'> = /* @__PURE__ */ idParser('Session');

/** All sessions that one login has led to by refreshing; revoked together. */
export type SessionFamilyId = Id<'SessionFamily'>;
export const isSessionFamilyId: IsId<'SessionFamily'> = isId;
export const parseSessionFamilyId: ParseId<'SessionFamily'> = /* @__PURE__ */ idParser('SessionFamily');

export type OAuthAccountId = Id<'OAuthAccount'>;
export const isOAuthAccountId: IsId<'OAuthAccount'> = isId;
export const parseOAuthAccountId: ParseId<'OAuthAccount'> = /* @__PURE__ */ idParser('OAuthAccount');

export type PasswordResetId = Id<'PasswordReset'>;
export const isPasswordResetId: IsId<'PasswordReset'> = isId;
export const parsePasswordResetId: ParseId<'PasswordReset'> = /* @__PURE__ */ idParser('PasswordReset');

export type EmailVerificationId = Id<'EmailVerification'>;
export const isEmailVerificationId: IsId<'EmailVerification'> = isId;
export const parseEmailVerificationId: ParseId<'EmailVerification'> =
  /* @__PURE__ */ idParser('EmailVerification');

export type EmailChangeId = Id<'EmailChange'>;
export const isEmailChangeId: IsId<'EmailChange'> = isId;
export const parseEmailChangeId: ParseId<'EmailChange'> = /* @__PURE__ */ idParser('EmailChange');

export type TwoFactorCredentialId = Id<'TwoFactorCredential'>;
export const isTwoFactorCredentialId: IsId<'TwoFactorCredential'> = isId;
export const parseTwoFactorCredentialId: ParseId<'TwoFactorCredential'> =
  /* @__PURE__ */ idParser('TwoFactorCredential');

export type RecoveryCodeId = Id<'RecoveryCode'>;
export const isRecoveryCodeId: IsId<'RecoveryCode'> = isId;
export const parseRecoveryCodeId: ParseId<'RecoveryCode'> = /* @__PURE__ */ idParser('RecoveryCode');

export type LoginHistoryId = Id<'LoginHistory'>;
export const isLoginHistoryId: IsId<'LoginHistory'> = isId;
export const parseLoginHistoryId: ParseId<'LoginHistory'> = /* @__PURE__ */ idParser('LoginHistory');

export type PendingLoginId = Id<'PendingLogin'>;
export const isPendingLoginId: IsId<'PendingLogin'> = isId;
export const parsePendingLoginId: ParseId<'PendingLogin'> = /* @__PURE__ */ idParser('PendingLogin');

export type KnownDeviceId = Id<'KnownDevice'>;
export const isKnownDeviceId: IsId<'KnownDevice'> = isId;
export const parseKnownDeviceId: ParseId<'KnownDevice'> = /* @__PURE__ */ idParser('KnownDevice');

export type LoginSourceId = Id<'LoginSource'>;
export const isLoginSourceId: IsId<'LoginSource'> = isId;
export const parseLoginSourceId: ParseId<'LoginSource'> = /* @__PURE__ */ idParser('LoginSource');

export type PasskeyId = Id<'Passkey'>;
export const isPasskeyId: IsId<'Passkey'> = isId;
export const parsePasskeyId: ParseId<'Passkey'> = /* @__PURE__ */ idParser('Passkey');

export type PasskeyChallengeId = Id<'PasskeyChallenge'>;
export const isPasskeyChallengeId: IsId<'PasskeyChallenge'> = isId;
export const parsePasskeyChallengeId: ParseId<'PasskeyChallenge'> =
  /* @__PURE__ */ idParser('PasskeyChallenge');

export type ErasureRequestId = Id<'ErasureRequest'>;
export const isErasureRequestId: IsId<'ErasureRequest'> = isId;
export const parseErasureRequestId: ParseId<'ErasureRequest'> = /* @__PURE__ */ idParser('ErasureRequest');
