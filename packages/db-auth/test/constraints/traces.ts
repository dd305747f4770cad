import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  emailChange,
  emailVerification,
  passkeyChallenge,
  passwordReset,
  pendingLogin,
  session,
  user,
} from './rows.js';

/** What retention looks at, by table. */
const expiries: readonly (readonly [table: string, column: string, row: string])[] = [
  ['sessions', 'expires_at', session()],
  ['password_resets', 'expires_at', passwordReset()],
  ['email_verifications', 'expires_at', emailVerification()],
  ['email_changes', 'undo_expires_at', emailChange()],
  ['pending_logins', 'expires_at', pendingLogin()],
  ['passkey_challenges', 'expires_at', passkeyChallenge()],
];

/** That the application deletes none of these rows is a right that it lacks: `roles.test.ts` attacks it. */
export const traces: ConstraintCase[] = expiries.map(([table, column, row]) => ({
  object: `${table}_expiry_rule`,
  sqlState: '42501',
  given: user() + row,
  refused: `UPDATE ${table} SET ${column} = ${column} - interval '1 ms'`,
  allowed: `UPDATE ${table} SET ${column} = ${column}`,
}));
