import type * as ids from '@codezest/db-types';
import type * as json from './json-types.js';

/** The types that the generated client puts in place of `string` and `JsonValue`, by the names in the schema. */
declare global {
  namespace DbAuth {
    type ErasedRows = ids.ErasedRows;
    type EventId = ids.EventId;
    type EventPayload = Record<string, ids.JsonValue>;
    type LeaseId = string;
    type ErasureRequestId = ids.ErasureRequestId;
    type Service = ids.Service;
    type UserId = ids.UserId;
    type UserProfileId = ids.UserProfileId;
    type UserLeadId = ids.UserLeadId;
    type SessionId = ids.SessionId;
    type SessionFamilyId = ids.SessionFamilyId;
    type OAuthAccountId = ids.OAuthAccountId;
    type PasswordResetId = ids.PasswordResetId;
    type EmailVerificationId = ids.EmailVerificationId;
    type EmailChangeId = ids.EmailChangeId;
    type TwoFactorCredentialId = ids.TwoFactorCredentialId;
    type RecoveryCodeId = ids.RecoveryCodeId;
    type LoginHistoryId = ids.LoginHistoryId;
    type PendingLoginId = ids.PendingLoginId;
    type KnownDeviceId = ids.KnownDeviceId;
    type LoginSourceId = ids.LoginSourceId;
    type PasskeyId = ids.PasskeyId;
    type PasskeyChallengeId = ids.PasskeyChallengeId;
    /** FIDO gives them, so they are no ids of ours. */
    type AuthenticatorModelId = string;

    type UserEducation = json.UserEducation;
    type UserWorkExperience = json.UserWorkExperience;
    type UserCertifications = json.UserCertifications;
    type UserSkills = json.UserSkills;
    type UserInterests = json.UserInterests;
    type UserMotivations = json.UserMotivations;
    type UserSocials = json.UserSocials;
    type UserPreferences = json.UserPreferences;
    type LeadTags = json.LeadTags;
  }
}
