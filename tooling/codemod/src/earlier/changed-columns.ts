/** What a program can rewrite. Every other change of a column is told to a person, in the words of docs/upgrading.md. */
export type ColumnChange =
  /** The same value under another name. */
  | { readonly kind: 'renamed'; readonly to: string }
  /** A boolean that became the time since when it holds, or NULL. */
  | { readonly kind: 'time'; readonly to: string };

const renamed = (to: string): ColumnChange => ({ kind: 'renamed', to });
const time = (to: string): ColumnChange => ({ kind: 'time', to });

/** `occupation`, `company` and `yearsOfExperience` were written by services, and no released schema had them. */
export const changedColumns: Readonly<Record<string, Readonly<Record<string, ColumnChange>>>> = {
  User: { userName: renamed('username') },
  UserProfile: {
    occupation: renamed('currentRole'),
    company: renamed('currentCompany'),
    yearsOfExperience: renamed('yearsExperience'),
  },
  PasswordReset: { used: time('consumedAt'), usedAt: renamed('consumedAt') },
  EmailVerification: { verified: time('consumedAt'), verifiedAt: renamed('consumedAt') },
  EmailChange: { verified: time('consumedAt') },
  Notification: {
    isRead: time('readAt'),
    read: time('readAt'),
    isSeen: time('seenAt'),
    metadata: renamed('data'),
  },
  Invoice: { amount: renamed('subtotal') },
};

export function changeOf(model: string, column: string): ColumnChange | undefined {
  return changedColumns[model]?.[column];
}
