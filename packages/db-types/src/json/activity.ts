import type { ActivityType } from '../enums/activity-type.js';
import type { SubscriptionPlan } from '../enums/subscription-plan.js';
import type { SubscriptionStatus } from '../enums/subscription-status.js';
import type { UserRole } from '../enums/user-role.js';
import type {
  AssignmentId,
  AssignmentSubmissionId,
  CertificateId,
  MaterialId,
  MCQAttemptId,
  MCQQuizId,
  ModuleId,
  ProgrammingLanguageId,
} from '../ids/learning.js';
import type { SubscriptionId } from '../ids/payments.js';

/**
 * What a service sends along with each kind of activity. Titles travel with the ids, because the feed is shown
 * by a service that cannot look them up, and says what happened then, not what the thing is called now.
 */
export type ActivityMetadataByType = {
  USER_JOINED: { role: UserRole };
  LANGUAGE_ENROLLED: { languageId: ProgrammingLanguageId; languageName: string };
  MODULE_STARTED: { moduleId: ModuleId; moduleTitle: string };
  MODULE_COMPLETED: { moduleId: ModuleId; moduleTitle: string };
  MATERIAL_COMPLETED: { materialId: MaterialId; materialTitle: string; moduleId: ModuleId };
  ASSIGNMENT_SUBMITTED: {
    assignmentId: AssignmentId;
    assignmentTitle: string;
    submissionId: AssignmentSubmissionId;
  };
  ASSIGNMENT_GRADED: {
    assignmentId: AssignmentId;
    assignmentTitle: string;
    submissionId: AssignmentSubmissionId;
    score: number;
    maxScore: number;
  };
  QUIZ_COMPLETED: {
    quizId: MCQQuizId;
    quizTitle: string;
    attemptId: MCQAttemptId;
    score: number;
    maxScore: number;
    passed: boolean;
  };
  CERTIFICATE_EARNED: { certificateId: CertificateId; certificateTitle: string; credentialId: string };
  BADGE_EARNED: { badge: string };
  SUBSCRIPTION_CHANGED: {
    subscriptionId: SubscriptionId;
    plan: SubscriptionPlan;
    status: SubscriptionStatus;
  };
};

export type ActivityMetadata<Type extends ActivityType = ActivityType> = ActivityMetadataByType[Type];

/** A kind of activity with the metadata that belongs to it: `switch (activity.type)` narrows the metadata. */
export type Activity = {
  [Type in ActivityType]: { type: Type; metadata: ActivityMetadata<Type> };
}[ActivityType];
