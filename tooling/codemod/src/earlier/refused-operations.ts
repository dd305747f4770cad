/** Operations that compile and that the new packages refuse, or that their functions do better; docs/upgrading.md lists them. */
interface RefusedOperation {
  readonly model: string;
  readonly operations: readonly string[];
  /** What to do. */
  readonly instead: string;
}

const writes = ['create', 'createMany', 'createManyAndReturn', 'upsert'];
const changes = ['update', 'updateMany', 'updateManyAndReturn'];
const deletions = ['delete', 'deleteMany'];

const refusedOperations: readonly RefusedOperation[] = [
  {
    model: 'User',
    operations: deletions,
    instead: '`eraseUser` removes a person, `deleteAccount` closes an account',
  },
  {
    model: 'Session',
    operations: [...writes, ...changes],
    instead:
      'use `startSession`, `rotateSession`, `authenticateSession`, `revokeSession`: only hashes of tokens are stored',
  },
  {
    model: 'OAuthAccount',
    operations: [...writes, ...changes],
    instead: 'use `linkOAuthAccount`: tokens are encrypted for their row',
  },
  {
    model: 'PasswordReset',
    operations: [...writes, ...changes],
    instead: 'use `issuePasswordReset` and `consumePasswordReset`: one statement uses a token up',
  },
  {
    model: 'EmailVerification',
    operations: [...writes, ...changes],
    instead: 'use `issueEmailVerification` and `consumeEmailVerification`',
  },
  {
    model: 'EmailChange',
    operations: [...writes, ...changes],
    instead: 'use `issueEmailChange` and `consumeEmailChange`',
  },
  ...['ProgrammingLanguage', 'Module', 'Material', 'Assignment', 'MCQQuiz'].map((model) => ({
    model,
    operations: deletions,
    instead: 'set `deletedAt`: the database refuses to delete what learners’ work refers to',
  })),
  {
    model: 'MCQQuestion',
    operations: [...changes, ...deletions],
    instead: 'use `replaceQuestion` or `editQuiz`: a question that was answered does not change',
  },
  {
    model: 'MCQOption',
    operations: [...changes, ...deletions],
    instead: 'use `replaceQuestion` or `editQuiz`: an option that was chosen does not change',
  },
  { model: 'Invoice', operations: writes, instead: 'use `draftInvoice`, `issueInvoice`, `markInvoicePaid`' },
  { model: 'Invoice', operations: deletions, instead: 'use `voidInvoice`' },
  { model: 'Subscription', operations: writes, instead: 'use `subscribe`' },
  { model: 'Subscription', operations: deletions, instead: 'use `endSubscription`' },
  { model: 'Transaction', operations: writes, instead: 'use `recordTransaction`' },
  { model: 'Transaction', operations: deletions, instead: 'use `refundTransaction`' },
  {
    model: 'UserDevice',
    operations: [...writes, ...changes],
    instead: 'use `registerDevice`: push tokens are encrypted',
  },
  {
    model: 'Notification',
    operations: writes,
    instead: 'use `notify`, which knows the recipient’s settings',
  },
  {
    model: 'UserActivity',
    operations: [...writes, ...changes, ...deletions],
    instead: 'use `recordActivity`: rows do not change',
  },
  {
    model: 'AnalyticsEvent',
    operations: [...writes, ...changes, ...deletions],
    instead: 'use `recordAnalyticsEvents`: rows do not change',
  },
];

export function insteadOf(model: string, operation: string): string | undefined {
  return refusedOperations.find((each) => each.model === model && each.operations.includes(operation))
    ?.instead;
}
