// The earlier package's models: the service that each belongs to now, and its relations. Columns stand in docs/upgrading.md.

export const EARLIER_PACKAGE = '@codezest-academy/codezest-db';
export const TYPES_PACKAGE = '@codezest/db-types';

export const services = ['auth', 'learning', 'payments', 'notifications', 'activity'] as const;
export type Service = (typeof services)[number];

export function packageOf(service: Service): string {
  return `@codezest/db-${service}`;
}

interface EarlierModel {
  readonly service: Service;
  readonly relations: Readonly<Record<string, string>>;
}

const of = (service: Service, relations: Record<string, string> = {}): EarlierModel => ({
  service,
  relations,
});

export const earlierModels: Readonly<Record<string, EarlierModel>> = {
  User: of('auth', {
    profile: 'UserProfile',
    sessions: 'Session',
    oauthAccounts: 'OAuthAccount',
    passwordResets: 'PasswordReset',
    emailVerifications: 'EmailVerification',
    emailChanges: 'EmailChange',
    loginHistory: 'LoginHistory',
    certificates: 'Certificate',
    notificationSettings: 'UserNotificationSetting',
    devices: 'UserDevice',
  }),
  UserProfile: of('auth', { user: 'User' }),
  Session: of('auth', { user: 'User' }),
  OAuthAccount: of('auth', { user: 'User' }),
  PasswordReset: of('auth', { user: 'User' }),
  EmailVerification: of('auth', { user: 'User' }),
  EmailChange: of('auth', { user: 'User' }),
  LoginHistory: of('auth', { user: 'User' }),
  ProgrammingLanguage: of('learning', {
    modules: 'Module',
    enrollments: 'LanguageEnrollment',
    certificates: 'Certificate',
  }),
  Module: of('learning', {
    language: 'ProgrammingLanguage',
    prerequisites: 'Module',
    dependents: 'Module',
    materials: 'Material',
    assignments: 'Assignment',
    mcqQuizzes: 'MCQQuiz',
    progress: 'ModuleProgress',
    certificates: 'Certificate',
  }),
  Material: of('learning', { module: 'Module', progress: 'MaterialProgress' }),
  Assignment: of('learning', { module: 'Module', submissions: 'AssignmentSubmission' }),
  AssignmentSubmission: of('learning', { assignment: 'Assignment', analysis: 'AssignmentAnalysis' }),
  MCQQuiz: of('learning', { module: 'Module', questions: 'MCQQuestion', attempts: 'MCQAttempt' }),
  MCQQuestion: of('learning', { quiz: 'MCQQuiz', options: 'MCQOption', answers: 'MCQAnswer' }),
  MCQOption: of('learning', { question: 'MCQQuestion', selectedBy: 'MCQAnswer' }),
  LanguageEnrollment: of('learning', { language: 'ProgrammingLanguage' }),
  ModuleProgress: of('learning', { module: 'Module' }),
  MaterialProgress: of('learning', { material: 'Material' }),
  MCQAttempt: of('learning', { quiz: 'MCQQuiz', answers: 'MCQAnswer', analysis: 'QuizAnalysis' }),
  MCQAnswer: of('learning', { attempt: 'MCQAttempt', question: 'MCQQuestion', selectedOption: 'MCQOption' }),
  AssignmentAnalysis: of('learning', { submission: 'AssignmentSubmission' }),
  QuizAnalysis: of('learning', { attempt: 'MCQAttempt' }),
  Certificate: of('learning', { user: 'User', language: 'ProgrammingLanguage', module: 'Module' }),
  Subscription: of('payments', { transactions: 'Transaction', invoices: 'Invoice' }),
  Transaction: of('payments', { subscription: 'Subscription' }),
  Invoice: of('payments', { subscription: 'Subscription' }),
  PaymentMethod: of('payments'),
  Notification: of('notifications', { type: 'NotificationType' }),
  NotificationPreference: of('notifications'),
  NotificationType: of('notifications', {
    settings: 'UserNotificationSetting',
    notifications: 'Notification',
  }),
  UserNotificationSetting: of('notifications', { user: 'User', type: 'NotificationType' }),
  UserDevice: of('notifications', { user: 'User' }),
  EmailLog: of('notifications'),
  UserActivity: of('activity'),
  AnalyticsEvent: of('activity'),
};

/** Models whose rows are deleted by `deletedAt`; reads give the live ones. */
export const softDeleted: ReadonlySet<string> = new Set([
  'User',
  'ProgrammingLanguage',
  'Module',
  'Material',
  'Assignment',
  'MCQQuiz',
]);

/** Prisma's name of a model's delegate: `mCQQuiz` for MCQQuiz. */
export function delegateOf(model: string): string {
  return model.charAt(0).toLowerCase() + model.slice(1);
}

const byDelegate = new Map(Object.keys(earlierModels).map((model) => [delegateOf(model), model]));

export function modelOfDelegate(delegate: string): string | undefined {
  return byDelegate.get(delegate);
}

/** The model that a name of Prisma's types begins with: User for `UserUpdateInput`, UserProfile for `UserProfileSelect`. */
export function modelOfTypeName(name: string): string | undefined {
  const rest =
    /^(?:Unchecked|WithRelation|Create|Update|Upsert|Where|OrderBy|Select|Include|Find|Delete|Count|Aggregate|GroupBy|Get|Scalar|Args|Default|Omit|Group|$)/;
  return Object.keys(earlierModels)
    .filter((model) => name.startsWith(model) && rest.test(name.slice(model.length)))
    .sort((one, other) => other.length - one.length)[0];
}
