import type { ConstraintCase } from '@codezest/constraint-tests';
import { emailChange, emailVerification, hash, id, otherUser, passwordReset, user } from './rows.js';

/** The second row has an undo of its own, so that nothing else refuses it. */
const changeWithItsUndo: typeof emailChange = (changes = {}) =>
  emailChange({ undo_token_hash: hash(changes.id === id(2) ? 2 : 1), ...changes });

/** What the three kinds of mailed tokens have in common. */
function tokenCases(
  table: string,
  row: typeof passwordReset,
  lastMoment: string,
  tooLate: string,
  live = 'user_id',
): ConstraintCase[] {
  const second = { id: id(2), token_hash: hash(2) };
  return [
    { object: `${table}_user_id_fkey`, refused: row(), allowed: user() + row() },
    {
      object: `${table}_token_hash_key`,
      given: user() + otherUser() + row(),
      refused: row({ id: id(2), user_id: id(2) }),
      allowed: row({ ...second, user_id: id(2) }),
    },
    {
      object: `${table}_token_hash_length_check`,
      given: user(),
      refused: row({ token_hash: hash(1, 33) }),
      allowed: row({ token_hash: hash(1, 32) }),
    },
    {
      object: `${table}_lifetime_check`,
      given: user(),
      refused: row({ expires_at: '2026-01-01T00:00:00Z' }),
      allowed: row({ expires_at: '2026-01-01T00:00:00.001Z' }),
    },
    {
      object: `${table}_lifetime_check`,
      given: user(),
      refused: row({ expires_at: tooLate }),
      allowed: row({ expires_at: lastMoment }),
    },
    {
      object: `${table}_${live}_live_key`,
      given: user() + row(),
      refused: row(second),
      allowed: `UPDATE ${table} SET consumed_at = now(); ${row(second)}`,
    },
    {
      object: `${table}_consumed_rule`,
      given: user() + row({ consumed_at: '2026-01-01T00:10:00Z' }),
      refused: `UPDATE ${table} SET consumed_at = now()`,
      allowed: `UPDATE ${table} SET consumed_at = consumed_at`,
    },
    {
      object: `${table}_consumed_rule`,
      given: user() + row({ consumed_at: '2026-01-01T00:10:00Z' }),
      refused: `UPDATE ${table} SET consumed_at = NULL`,
      allowed: `DELETE FROM ${table}; ${row()} UPDATE ${table} SET consumed_at = now()`,
    },
  ];
}

export const oneTimeTokens: ConstraintCase[] = [
  ...tokenCases('password_resets', passwordReset, '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.001Z'),
  ...tokenCases(
    'email_verifications',
    emailVerification,
    '2026-01-08T00:00:00Z',
    '2026-01-08T00:00:00.001Z',
    'user_id_purpose',
  ),
  {
    object: 'email_verifications_user_id_purpose_live_key',
    given: user() + emailVerification(),
    refused: emailVerification({ id: id(2), token_hash: hash(2) }),
    allowed: emailVerification({ id: id(2), token_hash: hash(2), purpose: 'WAYS_IN' }),
  },
  ...tokenCases('email_changes', changeWithItsUndo, '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.001Z'),
  {
    object: 'email_changes_undo_token_hash_key',
    given: user() + otherUser() + emailChange(),
    refused: emailChange({ id: id(2), user_id: id(2), token_hash: hash(2) }),
    allowed: emailChange({ id: id(2), user_id: id(2), token_hash: hash(2), undo_token_hash: hash(2) }),
  },
  {
    object: 'email_changes_undo_token_hash_length_check',
    given: user(),
    refused: emailChange({ undo_token_hash: hash(1, 33) }),
    allowed: emailChange({ undo_token_hash: hash(1, 32) }),
  },
  {
    object: 'email_changes_undo_lifetime_check',
    given: user(),
    refused: emailChange({ expires_at: '2026-01-02T00:00:00Z', undo_expires_at: '2026-01-02T00:00:00Z' }),
    allowed: emailChange({ expires_at: '2026-01-02T00:00:00Z', undo_expires_at: '2026-01-02T00:00:00.001Z' }),
  },
  {
    object: 'email_changes_undo_lifetime_check',
    given: user(),
    refused: emailChange({ undo_expires_at: '2026-01-31T00:00:00.001Z' }),
    allowed: emailChange({ undo_expires_at: '2026-01-31T00:00:00Z' }),
  },
  {
    object: 'email_changes_undo_consumed_rule',
    given: user() + emailChange({ undo_consumed_at: '2026-01-01T00:10:00Z' }),
    refused: 'UPDATE email_changes SET undo_consumed_at = now()',
    allowed: 'UPDATE email_changes SET undo_consumed_at = undo_consumed_at',
  },
  {
    object: 'email_changes_undo_consumed_rule',
    given: user() + emailChange({ undo_consumed_at: '2026-01-01T00:10:00Z' }),
    refused: 'UPDATE email_changes SET undo_consumed_at = NULL',
    allowed: `DELETE FROM email_changes; ${emailChange()} UPDATE email_changes SET undo_consumed_at = now()`,
  },
  {
    object: 'email_changes_new_email_format_check',
    given: user(),
    refused: emailChange({ new_email: 'Countess@example.com' }),
    allowed: emailChange({ new_email: 'countess@example.com' }),
  },
  {
    object: 'email_changes_new_email_differs_check',
    given: user(),
    refused: emailChange({ new_email: 'ada@example.com' }),
    allowed: emailChange({ new_email: 'ada@example.org' }),
  },
];
