import type { Service } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { allSchemas } from './repository.js';

/** The platform's plan: 30 models in five databases. Services are written against these names. */
const plannedModels: Record<Service, string[]> = {
  auth: ['User', 'UserProfile', 'Session', 'OAuthAccount', 'PasswordReset', 'EmailVerification'],
  learning: [
    'ProgrammingLanguage',
    'Module',
    'Material',
    'Assignment',
    'MCQQuiz',
    'MCQQuestion',
    'MCQOption',
    'LanguageEnrollment',
    'ModuleProgress',
    'MaterialProgress',
    'AssignmentSubmission',
    'MCQAttempt',
    'MCQAnswer',
    'AssignmentAnalysis',
    'QuizAnalysis',
  ],
  payments: ['Subscription', 'Transaction', 'Invoice', 'PaymentMethod'],
  notifications: ['Notification', 'NotificationPreference', 'EmailLog'],
  activity: ['UserActivity', 'AnalyticsEvent'],
};

/** What was added to the plan since. */
const laterModels: Record<Service, string[]> = {
  auth: ['UserLead', 'EmailChange', 'TwoFactorCredential', 'RecoveryCode', 'LoginHistory'],
  learning: ['ModulePrerequisite', 'LearnerStats', 'Certificate'],
  payments: [
    'InvoiceLine',
    'Coupon',
    'CouponRedemption',
    'Refund',
    'Dispute',
    'StripeEvent',
    'StripeObject',
    'IdempotencyKey',
  ],
  notifications: [
    'NotificationType',
    'UserNotificationSetting',
    'NotificationDelivery',
    'UserDevice',
    'Recipient',
  ],
  activity: ['UserEngagement', 'PointsEntry', 'ActivityDay', 'ActivityCount', 'UserBadge'],
};

/** Members that must be there; a schema may have more. `UserRole` is the plan's `Role`. */
const plannedEnums: [Service, string, string[]][] = [
  ['auth', 'UserRole', ['STUDENT', 'INSTRUCTOR', 'ADMIN']],
  ['learning', 'Difficulty', ['BEGINNER', 'INTERMEDIATE', 'ADVANCED']],
  ['learning', 'MaterialType', ['VIDEO', 'ARTICLE', 'CODE_EXAMPLE', 'INTERACTIVE']],
  ['learning', 'SubmissionStatus', ['PENDING', 'RUNNING', 'PASSED', 'FAILED', 'ERROR']],
  ['learning', 'ProgressStatus', ['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED']],
  ['learning', 'EnrollmentStatus', ['ACTIVE', 'PAUSED', 'COMPLETED', 'DROPPED']],
  ['learning', 'AnalysisType', ['AI', 'MANUAL', 'HYBRID']],
  ['payments', 'SubscriptionPlan', ['FREE', 'PRO', 'ENTERPRISE']],
  ['payments', 'SubscriptionStatus', ['ACTIVE', 'TRIALING', 'PAST_DUE', 'PAUSED', 'CANCELED', 'EXPIRED']],
  ['payments', 'TransactionStatus', ['PENDING', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'REFUNDED']],
  ['payments', 'InvoiceStatus', ['DRAFT', 'SENT', 'PAID', 'OVERDUE', 'CANCELED']],
  ['payments', 'PaymentMethodType', ['CARD', 'PAYPAL', 'BANK_TRANSFER']],
  ['payments', 'DiscountType', ['PERCENTAGE', 'FIXED']],
];

const schemas = await allSchemas();

describe.each([...schemas])('db-%s', (service, { models }) => {
  const names = models.map(({ name }) => name);

  it('has every planned model', () => {
    expect(names).toEqual(expect.arrayContaining(plannedModels[service]));
  });

  it('has every model that was added to the plan', () => {
    expect(names).toEqual(expect.arrayContaining(laterModels[service]));
  });
});

it.each(plannedEnums)('db-%s has the enum %s with its planned members', (service, name, members) => {
  const found = schemas.get(service)?.enums.find((candidate) => candidate.name === name);

  expect(found?.members.map((member) => member.name)).toEqual(expect.arrayContaining(members));
});

it('the plan is whole: 30 models, 12 enums and the one that coupons added', () => {
  expect(Object.values(plannedModels).flat()).toHaveLength(30);
  expect(plannedEnums).toHaveLength(13);
});
