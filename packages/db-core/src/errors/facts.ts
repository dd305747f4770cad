import type { InvalidValueError } from './invalid-value-error.js';
import type { RuleViolationError } from './rule-violation-error.js';

/**
 * What a failed query says about itself, whichever way it failed: a model call, a raw query, inside or at the end of a
 * transaction, or plain `pg`. Holds names and codes alone, so it may be logged.
 */
export interface DatabaseErrorFacts {
  /** Class name of the original error. */
  readonly name: string;
  /** Prisma's code (P2002 …) where there is one. */
  readonly code?: string;
  /** https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly sqlState?: string;
  /** The driver adapter's word for it, e.g. `UniqueConstraintViolation`. */
  readonly kind?: string;
  /** Constraint, unique index or rule that refused. */
  readonly constraint?: string;
  /** Columns or fields, where the error names them instead of a constraint. */
  readonly fields?: readonly string[];
  readonly table?: string;
  readonly model?: string;
}

interface AdapterCause {
  kind?: string;
  originalCode?: string;
  code?: string;
  originalMessage?: string;
  message?: string;
  hint?: string;
  table?: string;
  constraint?: { index?: string; fields?: string[] };
}

/** SQLSTATEs that the driver adapter turns into a kind of its own, for errors that reach us without `originalCode`. */
const SQL_STATE_OF_KIND: Record<string, string> = {
  UniqueConstraintViolation: '23505',
  ForeignKeyConstraintViolation: '23503',
  NullConstraintViolation: '23502',
  RestrictViolation: '23001',
  TransactionWriteConflict: '40001',
  TooManyConnections: '53300',
  InvalidInputValue: '22P02',
};

/**
 * PostgreSQL quotes the name in its message: `violates check constraint "x"`, `violates rule "x"`. The adapter keeps
 * the message but drops the constraint field for everything except unique and foreign keys.
 */
const NAME_IN_MESSAGE = /(?:constraint|rule) "([^"]+)"/;

export function databaseErrorFacts(error: unknown): DatabaseErrorFacts {
  if (!isObject(error)) return { name: typeof error };

  const name = typeof error.name === 'string' ? error.name : 'Error';
  const meta = isObject(error.meta) ? error.meta : {};
  const cause = adapterCause(error, meta);
  if (cause) {
    return compact({
      name,
      code: textOf(error.code),
      sqlState: cause.originalCode ?? cause.code ?? SQL_STATE_OF_KIND[cause.kind ?? ''],
      kind: cause.kind,
      constraint: cause.constraint?.index ?? nameIn(cause.message) ?? nameIn(cause.hint),
      fields: cause.constraint?.fields ?? columnIn(cause.originalMessage ?? cause.message),
      table: cause.table,
      model: textOf(meta.modelName),
    });
  }
  if (isPrismaError(error)) {
    const target = Array.isArray(meta.target)
      ? meta.target.filter((part) => typeof part === 'string')
      : undefined;
    return compact({ name, code: textOf(error.code), fields: target, model: textOf(meta.modelName) });
  }
  if (error.code === 'VALUE_INVALID') {
    const { code, sqlState, field, model } = error as unknown as InvalidValueError;
    return compact({ name, code, sqlState, fields: field === undefined ? undefined : [field], model });
  }
  if (error.code === 'RULE_VIOLATED') {
    const { code, sqlState, rule, table, model } = error as unknown as RuleViolationError;
    return compact({ name, code, sqlState, constraint: rule, table, model });
  }
  return compact({
    name,
    code: textOf(error.code),
    sqlState: /^[0-9A-Z]{5}$/.test(textOf(error.code) ?? '') ? textOf(error.code) : undefined,
    constraint: textOf(error.constraint) ?? nameIn(textOf(error.message)),
    table: textOf(error.table),
  });
}

/** The server's own code and text, to be judged and not to be shown: the text may quote values. */
export function serverAnswer(error: unknown): { sqlState: string | undefined; message: string } {
  if (!isObject(error)) return { sqlState: undefined, message: '' };
  const cause = adapterCause(error, isObject(error.meta) ? error.meta : {});
  return {
    sqlState: databaseErrorFacts(error).sqlState,
    message: cause?.originalMessage ?? cause?.message ?? textOf(error.message) ?? '',
  };
}

function adapterCause(
  error: Record<string, unknown>,
  meta: Record<string, unknown>,
): AdapterCause | undefined {
  const adapterError = error.name === 'DriverAdapterError' ? error : meta.driverAdapterError;
  return isObject(adapterError) && isObject(adapterError.cause)
    ? (adapterError.cause as AdapterCause)
    : undefined;
}

function isPrismaError(error: Record<string, unknown>): boolean {
  return typeof error.name === 'string' && error.name.startsWith('PrismaClient');
}

function nameIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : NAME_IN_MESSAGE.exec(text)?.[1];
}

/** `null value in column "x" of relation …`: the adapter keeps no field of it. */
function columnIn(text: string | undefined): string[] | undefined {
  const column = /^null value in column "([^"]+)"/.exec(text ?? '')?.[1];
  return column === undefined ? undefined : [column];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function compact(facts: DatabaseErrorFacts): DatabaseErrorFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined),
  ) as unknown as DatabaseErrorFacts;
}
