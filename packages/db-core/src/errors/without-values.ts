import { isDriverAdapterError } from '@prisma/driver-adapter-utils';
import { CodezestDbError } from './base-error.js';
import { databaseErrorFacts } from './facts.js';
import { MalformedIdError } from './invalid-id-error.js';
import { InvalidValueError, invalidValue, NO_TIME } from './invalid-value-error.js';
import { UserErasedError } from './refusals.js';
import { ruleViolation } from './rule-violation-error.js';

/**
 * An error as it may be logged: what PostgreSQL, pg, the driver adapter and Prisma quote of rows, parameters and
 * arguments is gone from message, stack and properties; names and codes stay. The one function that every path uses, so
 * that what one of them is taught holds for all. The error stays the same object, but for a malformed ID, a value that the
 * database does not take, a rule that refuses it and a row about an erased user, which become our own.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CodezestDbError) return error;
  if (isDriverAdapterError(error)) return adapterError(error);
  if (error.name === 'PrismaClientValidationError') return misuse(error);

  const { code, column } = error as { code?: string; column?: string };
  // Prisma puts what its adapter throws into an error of its own and keeps the code.
  if (code === 'ID_INVALID' || isMalformedId(code, error.message))
    return new MalformedIdError({ cause: error });
  if (code === 'USER_ERASED' || isOfErasedUser(error)) return new UserErasedError({ cause: error });
  const { sqlState, model, fields, constraint, table } = databaseErrorFacts(error);
  const own =
    invalidValue(sqlState, { model, field: column ?? fields?.[0] }, { cause: error }) ??
    ruleViolation({ sqlState, rule: constraint, table, model }, { cause: error });
  if (own !== undefined) return own;
  // DETAIL has the row, WHERE and the internal query what a function was called with.
  for (const property of ['detail', 'where', 'internalQuery']) Reflect.deleteProperty(error, property);
  return reworded(error, messageWithoutValues(error.message, code));
}

/**
 * PostgreSQL's message without what it quotes of the input: data exceptions (class 22) repeat the value, refused logins
 * (28) the user. Other messages quote names of objects, and a value only behind a colon. A server that speaks another
 * language quotes in ways that nobody lists, so of those two classes only the English forms keep their text.
 */
export function messageWithoutValues(message: string, sqlState: string | undefined): string {
  if (!/^[0-9A-Z]{5}$/.test(sqlState ?? '')) return message;
  const start = beforeQuotedInput(message);
  if (!/^2[28]/.test(sqlState ?? '')) return start;
  // Greedy, because a value may hold quotes. `invalid input value for enum "UserRole"` keeps the name.
  const text = start.replace(/(?<!\benum )".*"/s, '(hidden)');
  return ENGLISH.test(text)
    ? text
    : `the server refused a value; its message may quote it (SQLSTATE ${sqlState})`;
}

/**
 * How messages of the classes 22 and 28 begin, and the adapter's one-word names for them. What quotes otherwise than with
 * `"` is no form of these.
 */
const ENGLISH =
  /^(?:array|bigint|cannot|character|could not|date|division by|integer|interval|invalid|lower bound|malformed|negative|no |null|numeric|out of|password|pg_hba|range|requested|role|smallint|time|unsupported|upper bound|value|[A-Z]+ |\(hidden\) ) ?[^'\u0080-\uffff]*$|^[A-Z][A-Za-z]+$/;

/** Greedy, because a value may hold quotes and line breaks. */
function beforeQuotedInput(message: string): string {
  return message.replace(/\s?: ?(?:["«»„“”‘’‚‹›]|0x).*$/s, '');
}

/** What the adapter keeps of PostgreSQL's error; Prisma makes its own error's message of it and hands it on in `meta`. */
interface AdapterCause {
  originalCode?: string;
  code?: string;
  detail?: string;
  user?: string;
  message?: string;
  originalMessage?: string;
  cause?: string;
}

function adapterError(error: Error): unknown {
  const cause = error.cause as AdapterCause;
  const sqlState = cause.originalCode ?? cause.code;
  if (isMalformedId(sqlState, cause.originalMessage ?? '')) return new MalformedIdError();
  if (isOfErasedUser(error)) return new UserErasedError();
  delete cause.detail;
  delete cause.user;
  for (const text of ['message', 'originalMessage', 'cause'] as const) {
    if (typeof cause[text] === 'string') cause[text] = messageWithoutValues(cause[text], sqlState);
  }
  return reworded(error, messageWithoutValues(error.message, sqlState));
}

function isMalformedId(sqlState: string | undefined, message: string): boolean {
  return sqlState === '22P02' && /\buuid\b/.test(beforeQuotedInput(message));
}

/** The rule that refuses rows about an erased person has one name on every table. */
function isOfErasedUser(error: Error): boolean {
  return databaseErrorFacts(error).constraint?.endsWith('_erased_user_rule') === true;
}

/** What Prisma refuses itself: a Date that is none, which our statements are given too, or a call that is written wrongly. */
function misuse(error: Error): Error {
  if (error.message.includes('Provided Date object is invalid'))
    return new InvalidValueError(NO_TIME, {}, { cause: error });
  return reworded(error, withoutArguments(error.message));
}

/** Prisma prints the whole call between the line that names it and the sentence that says what is wrong with it. */
function withoutArguments(message: string): string {
  const [call = '', ...rest] = message.trim().split('\n\n');
  const sentence = rest.at(-1)?.replace(/(["']).*\1|\d{5,}/gs, '(hidden)') ?? '';
  return [call.split('\n', 1)[0], sentence].filter(Boolean).join('\n\n');
}

/** The stack begins with the message as it was when the error was made. */
function reworded(error: Error, message: string): Error {
  if (message === error.message) return error;
  const { stack, message: original } = error;
  error.message = message;
  if (stack !== undefined) error.stack = stack.replace(original, () => message);
  return error;
}
