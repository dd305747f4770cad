import { CodezestDbError } from './base-error.js';
import {
  isConnectionLost,
  isForeignKeyViolation,
  isInvalidId,
  isInvalidValue,
  isNotFound,
  isRuleViolation,
  isTimeout,
  isUniqueViolation,
  isWriteConflict,
} from './predicates.js';
import { stalenessOf } from './staleness.js';

/** What a service answers a request whose work failed. Holds no value, no row, no secret and no name of a setting. */
export interface HttpAnswer {
  readonly status: number;
  /** For programs: the error's code, or what kind of failure of the database it was. */
  readonly code: string;
  /** For people: what is wrong and what to do, or no more than that the service failed. */
  readonly message: string;
}

/** Statuses of codes, where the ending of a code does not say it. */
export type HttpStatuses = Readonly<Record<string, number>>;

/** The answer to any error: one of this data layer, of Prisma, of the database, or whatever else was thrown. */
export function httpAnswer(error: unknown, own: HttpStatuses): HttpAnswer {
  const code = codeOf(error);
  const status = code === undefined ? undefined : statusOfCode(code, own);
  if (code !== undefined && status !== undefined && status < 500)
    return { status, code, message: TEXTS[code] ?? (error as Error).message };
  if (code !== undefined && status === 503) return { ...UNAVAILABLE, code };
  return DATABASE.find(([tells]) => tells(error))?.[1] ?? INTERNAL;
}

/** The status of a code of this data layer: as the package lists it, shared by all, or by its ending. */
export function statusOfCode(code: string, own: HttpStatuses): number | undefined {
  return own[code] ?? SHARED_STATUSES[code] ?? ENDINGS.find(([ending]) => ending.test(code))?.[1];
}

/** Errors of db-types have no base class in common with ours; their codes are theirs alone. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof CodezestDbError) return error.code;
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && OF_DB_TYPES.has(code) ? code : undefined;
}

const OF_DB_TYPES = new Set([
  'EMAIL_ADDRESS_INVALID',
  'EVENT_INVALID',
  'EVENT_UNKNOWN',
  'EVENT_INVALID',
  'EVENT_UNKNOWN',
  'ID_INVALID',
  'LOCALE_INVALID',
  'PHONE_NUMBER_INVALID',
  'TIME_ZONE_UNKNOWN',
]);

export const SHARED_STATUSES: HttpStatuses = {
  CLIENT_DRAINED: 503,
  DATABASE_ANSWER_TIMEOUT: 503,
  DATABASE_SERVER_UNSUITABLE: 503,
  DATABASE_UNREACHABLE: 503,
  HEALTH_TIMEOUT: 503,
  ILLEGAL_TRANSITION: 409,
  RULE_VIOLATED: 422,
  USER_ERASED: 410,
  // The service is not set up or not built right; the sender can do nothing about it.
  BACKUP_FILE_EXISTS: 500,
  BACKUP_FILE_INVALID: 500,
  BACKUP_ROWS_HIDDEN: 500,
  BACKUP_TOOL_FAILED: 500,
  BACKUP_TOOL_MISSING: 500,
  BATCH_INVALID: 500,
  CLIENT_UNKNOWN: 500,
  DATABASE_BEHIND_POOLER: 500,
  DATABASE_URL_INVALID: 500,
  DATABASE_URL_MISSING: 500,
  DECRYPTION_FAILED: 500,
  ENCRYPTION_KEY_UNKNOWN: 500,
  ERASURE_WAITS: 503,
  KEYRING_INVALID: 500,
  REENCRYPTION_KEY_MISSING: 500,
  REENCRYPTION_UNFINISHED: 500,
  REENCRYPTION_VALUE_UNREADABLE: 500,
  REPLICA_READ_ONLY: 500,
  RESTORE_DIFFERENT: 500,
  RESTORE_ROLES_MISSING: 500,
  RESTORE_TARGET_NOT_EMPTY: 500,
  RETRY_NESTED: 500,
  ROLES_FOREIGN: 500,
  ROLE_PASSWORD_INVALID: 500,
  SEED_REFUSED: 500,
  SEED_ROW_INVALID: 500,
  TOMBSTONES_INVALID: 500,
  TRANSACTION_MISSING: 500,
  TRANSACTION_OPEN: 500,
};

const ENDINGS: readonly (readonly [RegExp, number])[] = [
  [/_NOT_FOUND$/, 404],
  [/_(?:INVALID|UNKNOWN|OUT_OF_RANGE|MISSING|MISMATCH)$/, 400],
  [/_(?:TAKEN|EXISTS|REUSED|CONFLICT|EXHAUSTED|UNCHANGED|ENDED|LOST)$/, 409],
];

/** Instead of texts that speak to developers. */
const TEXTS: Readonly<Record<string, string>> = {
  ID_INVALID: 'An ID is malformed.',
  RULE_VIOLATED: 'A rule does not allow this.',
};

const UNAVAILABLE = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'The service is not available now. Try again later.',
};
const INTERNAL = { status: 500, code: 'INTERNAL', message: 'The service failed. Its log says why.' };

/** Of what Prisma and PostgreSQL say, which quotes names of tables and rules: texts of our own. */
const DATABASE: readonly (readonly [(error: unknown) => boolean, HttpAnswer])[] = [
  [isInvalidId, { status: 400, code: 'ID_INVALID', message: 'An ID is malformed.' }],
  [isInvalidValue, { status: 400, code: 'VALUE_INVALID', message: 'A value cannot be used.' }],
  [isMisused, { status: 400, code: 'VALUE_INVALID', message: 'A value has the wrong type or is missing.' }],
  [isNotFound, { status: 404, code: 'NOT_FOUND', message: 'There is no such thing.' }],
  [isUniqueViolation, { status: 409, code: 'ALREADY_EXISTS', message: 'There is one already.' }],
  [
    isForeignKeyViolation,
    {
      status: 409,
      code: 'REFERENCE_BROKEN',
      message: 'This refers to what is not there, or is still referred to.',
    },
  ],
  [isRuleViolation, { status: 422, code: 'RULE_VIOLATED', message: 'A rule does not allow this.' }],
  [isWriteConflict, { ...UNAVAILABLE, code: 'WRITE_CONFLICT' }],
  [isTimeout, { ...UNAVAILABLE, code: 'TIMEOUT' }],
  [isConnectionLost, UNAVAILABLE],
  // A server that takes no writes, or a session that could not be replaced: nothing was applied.
  [(error) => stalenessOf(error) !== undefined, UNAVAILABLE],
];

/** A value of a type that Prisma does not take: what the sender sent was handed on as it came. */
function isMisused(error: unknown): boolean {
  return error instanceof Error && error.name === 'PrismaClientValidationError';
}
