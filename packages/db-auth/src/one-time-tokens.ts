import {
  CodezestDbError,
  inTransaction,
  randomToken,
  rowOf,
  type Statement,
  statement,
  tokenHash,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import { lockUsableAccount, USABLE } from './account-state.js';
import type { Client } from './client.js';

/** A mailed token was used before, has expired, was replaced by a later one, or never existed: nobody is told which. */
export class InvalidTokenError extends CodezestDbError {
  constructor() {
    super('TOKEN_INVALID', 'The link is invalid, used or expired. Ask for a new one.');
  }
}

export interface IssuedToken {
  /** To be mailed; the database has only its hash. */
  readonly token: string;
  /** Where to mail it to, and nowhere else: the token is worth nothing for an account of another address. */
  readonly email: string;
  readonly expiresAt: Date;
}

/** What comes back of a token's row. */
export type Issued = Omit<IssuedToken, 'token'>;

/**
 * Issues a token in place of the one before it, under the account's lock: of callers at once each gets a token, and
 * the last one's works. `values` follow the user and the token's hash.
 *
 * @throws {AccountNotFoundError}
 * @throws {AccountUnavailableError}
 */
export async function issueToken<Row extends Issued>(
  client: Client,
  userId: UserId,
  sql: Statement<Row>,
  values: unknown[],
): Promise<Row & { readonly token: string }> {
  return inTransaction(client, async (transaction: Client) => {
    await lockUsableAccount(transaction, userId);
    const token = randomToken();
    const issued = await rowOf(transaction, sql, [userId, tokenHash(token), ...values]);
    return { token, ...(issued as Row) };
  });
}

type TokenTable = 'password_resets' | 'email_verifications' | 'email_changes';

/** The column with the address that the account must still have. */
const addressOf: Record<TokenTable, string> = {
  password_resets: 'email',
  email_verifications: 'email',
  email_changes: 'old_email',
};

/**
 * Beginning of a statement that takes the token with the hash $1, once; its rows stand in `consumed`. The account is
 * locked before the token, as whoever issues the next one does: the other way round they would wait for each other.
 *
 * @param where a further condition on the token `t`.
 */
export function consuming(table: TokenTable, columns: string, where = 'true'): string {
  return `WITH account AS (
     SELECT u.id, u.email, u.email_verified FROM ${table} t JOIN users u ON u.id = t.user_id
     WHERE t.token_hash = $1::bytea AND ${USABLE} FOR NO KEY UPDATE OF u
   ), consumed AS (
     UPDATE ${table} t SET consumed_at = now(), updated_at = now()
     FROM account
     WHERE t.token_hash = $1::bytea AND t.user_id = account.id AND t.${addressOf[table]} = account.email
       AND t.consumed_at IS NULL AND t.expires_at > now() AND ${where}
     RETURNING ${columns}, account.email_verified AS was_verified
   )`;
}

/**
 * Statement for `issueToken`: consumes the live token and inserts the new one after it, which the join demands.
 *
 * @param own further columns of the table, each with its value in SQL; parameters from $5 on, $3 is the row's id, $4 its
 * life in seconds.
 * @param returning what comes back of the row.
 * @param where which live token it takes the place of.
 */
export function issuing<Row extends Issued = Issued>(
  name: string,
  table: TokenTable,
  own: Readonly<Record<string, string>>,
  {
    returning = 'email, expires_at AS "expiresAt"',
    where = 'true',
  }: { returning?: string; where?: string } = {},
): Statement<Row> {
  const columns = ['id', 'user_id', 'token_hash', 'expires_at', ...Object.keys(own)];
  const values = [
    '$3::uuid',
    'u.id',
    '$2::bytea',
    'now() + make_interval(secs => $4::float8)',
    ...Object.values(own),
  ];
  return statement(
    `auth.issue_${name}`,
    `WITH previous AS (
       UPDATE ${table} SET consumed_at = now(), updated_at = now()
       WHERE user_id = $1::uuid AND consumed_at IS NULL AND ${where} RETURNING 1
     )
     INSERT INTO ${table} (${columns.join(', ')})
     SELECT ${values.join(', ')} FROM users u, (SELECT count(*) FROM previous) consumed WHERE u.id = $1::uuid
     RETURNING ${returning}`,
  );
}
