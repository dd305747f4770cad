import { type DatabaseErrorFacts, databaseErrorFacts } from './facts.js';
import { isValueState } from './invalid-value-error.js';
import { isRuleState } from './rule-violation-error.js';

/**
 * True for a violated unique constraint or unique index. With `of`, only for the one that is named so or that covers
 * that field: `isUniqueViolation(error, 'email')` is true for `users_email_lower_live_key`.
 */
export function isUniqueViolation(error: unknown, of?: string): boolean {
  const facts = databaseErrorFacts(error);
  return (facts.code === 'P2002' || facts.sqlState === '23505') && (of === undefined || concerns(facts, of));
}

/** True when a row points at one that is not there, or one that is still pointed at would go. */
export function isForeignKeyViolation(error: unknown, of?: string): boolean {
  const facts = databaseErrorFacts(error);
  const violated = facts.code === 'P2003' || facts.sqlState === '23503' || facts.sqlState === '23001';
  return violated && (of === undefined || concerns(facts, of));
}

/** True when a CHECK, an exclusion constraint or one of our trigger rules refused; `rule` is its name. */
export function isRuleViolation(error: unknown, rule?: string): boolean {
  const { sqlState, constraint } = databaseErrorFacts(error);
  return isRuleState(sqlState, constraint) && (rule === undefined || constraint === rule);
}

/** True when `findUniqueOrThrow`, `update` or `delete` met no row. */
export function isNotFound(error: unknown): boolean {
  return databaseErrorFacts(error).code === 'P2025';
}

/** True when concurrent transactions collided (40001, 40P01, WRITE_CONFLICT). Nothing was applied: run the transaction again. */
export function isWriteConflict(error: unknown): boolean {
  const { code, sqlState, kind } = databaseErrorFacts(error);
  return (
    code === 'P2034' ||
    code === 'WRITE_CONFLICT' ||
    kind === 'TransactionWriteConflict' ||
    sqlState === '40001' ||
    sqlState === '40P01'
  );
}

/** True when a limit in time was hit: statement, lock or transaction timeout, or no free connection in the pool. */
export function isTimeout(error: unknown): boolean {
  const { code, sqlState } = databaseErrorFacts(error);
  if (sqlState === '57014' || sqlState === '55P03' || sqlState === '25P03') return true;
  if (code === 'DATABASE_ANSWER_TIMEOUT') return true;
  return code === 'P2028' || code === 'P2024' || TIMEOUT_TEXTS.test(messageOf(error));
}

/** True when the server cannot be reached or the connection broke. A write in flight may or may not have happened. */
export function isConnectionLost(error: unknown): boolean {
  const { code, sqlState, kind } = databaseErrorFacts(error);
  if (
    code === 'DATABASE_UNREACHABLE' ||
    code === 'DATABASE_SERVER_UNSUITABLE' ||
    code === 'DATABASE_ANSWER_TIMEOUT' ||
    code === 'P1001' ||
    code === 'P1017' ||
    kind === 'DatabaseNotReachable' ||
    kind === 'ConnectionClosed'
  )
    return true;
  return /^(08...|57P0[123])$/.test(sqlState ?? '') || CONNECTION_TEXTS.test(messageOf(error));
}

/** True when an ID in the query was no UUID. */
export function isInvalidId(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 'ID_INVALID';
}

/**
 * True when a value cannot be stored or compared: too long, out of range, a fraction for whole numbers, NUL in a text, missing
 * (class 22 of SQLSTATE, 23502, and Prisma's codes for them). With `of`, only for that field where the error names one.
 */
export function isInvalidValue(error: unknown, of?: string): boolean {
  const { code, sqlState, fields } = databaseErrorFacts(error);
  const invalid =
    code === 'VALUE_INVALID' ||
    INVALID_VALUE.has(code ?? '') ||
    (sqlState !== undefined && isValueState(sqlState));
  return invalid && (of === undefined || (fields?.includes(of) ?? false));
}

/** Too long, null, no such value, out of range: https://www.prisma.io/docs/orm/reference/error-reference */
const INVALID_VALUE = new Set([
  'P2000',
  'P2005',
  'P2006',
  'P2007',
  'P2011',
  'P2012',
  'P2019',
  'P2020',
  'P2033',
]);

/** pg raises these as plain `Error`s without a code; the texts are pinned by tests against the real driver. */
const TIMEOUT_TEXTS =
  /timeout exceeded when trying to connect|due to connection timeout|timeout expired|Query read timeout/;
const CONNECTION_TEXTS =
  /Connection terminated|Client has encountered a connection error|server closed the connection|ECONNREFUSED|ECONNRESET|EPIPE/;

function concerns({ constraint, fields, table }: DatabaseErrorFacts, name: string): boolean {
  if (constraint === name || fields?.includes(name)) return true;
  const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (constraint === undefined) return fields?.includes(column) ?? false;
  // The name begins with the table's, which may hold the column's: `email_changes_user_id_key` is not about an email.
  const own =
    table !== undefined && constraint.startsWith(`${table}_`)
      ? constraint.slice(table.length)
      : constraint.replace(/^[^_]+/, '');
  return `${own}_`.includes(`_${column}_`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
