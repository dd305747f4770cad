import { CodezestDbError } from '@codezest/db-core';
import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from 'mongodb';

export const mongoUrlVariable = 'ACTIVITY_MONGODB_URL';

/** No URL, or none that names a database. Thrown at the first use, not at import. */
export class MissingMongoUrlError extends CodezestDbError {
  constructor(what: 'URL' | 'database') {
    super(
      what === 'URL' ? 'MONGODB_URL_MISSING' : 'MONGODB_DATABASE_MISSING',
      `No MongoDB ${what}. Set ${mongoUrlVariable} to mongodb://user:password@host:27017/database, or pass { ${what === 'URL' ? 'url' : 'database'} }.`,
    );
  }
}

/** The driver cannot read the URL. Its own message repeats the URL, password included, so it is not repeated here. */
export class InvalidMongoUrlError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'MONGODB_URL_INVALID',
      'The MongoDB URL cannot be used. It must look like mongodb://user:password@host:27017/database, with user and password percent-encoded.',
      options,
    );
  }
}

/** No server answered, or the connection broke. All writes of this package may be repeated: call again. */
export class MongoUnreachableError extends CodezestDbError {
  readonly retriable = true;

  constructor(target: string, options: { cause?: unknown } = {}) {
    super(
      'MONGODB_UNREACHABLE',
      `MongoDB at ${target} does not answer. Check that it runs, and that host and port are right; then call again, nothing is written twice.`,
      options,
    );
  }
}

/** The server took the write, but too few members have it on disk: it may be lost or kept. Call again. */
export class WriteOutcomeUnknownError extends CodezestDbError {
  readonly retriable = true;

  constructor(options: { cause?: unknown } = {}) {
    super(
      'MONGODB_WRITE_OUTCOME_UNKNOWN',
      'The majority did not confirm the write in time: it may be lost or kept. Call again, nothing is written twice.',
      options,
    );
  }
}

/** A unique index other than `_id` refused. */
export class UniqueConflictError extends CodezestDbError {
  readonly index: string | undefined;

  constructor(index: string | undefined, options: { cause?: unknown } = {}) {
    super('MONGODB_UNIQUE_CONFLICT', `The unique index ${index ?? '(unnamed)'} refused a document.`, options);
    this.index = index;
  }
}

/** A document that is not what its collection holds. `rules` say where and what, never the value. */
export class DocumentInvalidError extends CodezestDbError {
  readonly collection: string;
  readonly rules: readonly string[];

  constructor(collection: string, rules: readonly string[], options: { cause?: unknown } = {}) {
    super('DOCUMENT_INVALID', `A document for ${collection} is invalid: ${rules.join(', ')}.`, options);
    this.collection = collection;
    this.rules = rules;
  }
}

/** A value that could act as an operator, or an object too large or too deep to be stored. Never sent. */
export class UnsafeInputError extends CodezestDbError {
  constructor(field: string, reason: string) {
    super('INPUT_UNSAFE', `${field} cannot be used: ${reason}.`);
  }
}

/** Specs and database contradict each other, and only a person can say which is right. */
export class SpecConflictError extends CodezestDbError {
  constructor(
    code: 'MONGODB_SPEC_OLDER' | 'MONGODB_SPEC_CHANGED' | 'MONGODB_INDEX_CONFLICT',
    message: string,
  ) {
    super(code, message);
  }
}

/** Another process is synchronizing this database. */
export class SyncLockedError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'MONGODB_SYNC_LOCKED',
      'Another process is changing the collections of this database. Call again when it is done; one that died is forgotten after a minute.',
      options,
    );
  }
}

const NOT_IMPLEMENTED = 238;

/** The server said yes to what `sync` sent, and a look at the database afterwards does not find it. */
export class SyncNotAppliedError extends CodezestDbError {
  constructor(differences: readonly string[]) {
    super(
      'MONGODB_NOT_APPLIED',
      `The server took every command and did not keep all of them; still to do: ${differences.join('; ')}. Use a MongoDB: some servers that speak its protocol leave out what they lack.`,
    );
  }
}

/** What was asked of the server, in names of this package's own. */
export interface Asked {
  readonly command?: string | undefined;
  readonly collection?: string | undefined;
  /** Words of the command that the server's message names. */
  readonly keywords?: readonly string[];
}

/** Anything else that the server refused; `serverCode` is MongoDB's number, `serverCodeName` its name. */
export class MongoRefusedError extends CodezestDbError {
  readonly serverCode: number | undefined;
  readonly serverCodeName: string | undefined;

  constructor(
    serverCode: number | undefined,
    serverCodeName: string | undefined,
    cause: unknown,
    { command, collection, keywords = [] }: Asked = {},
  ) {
    const asked = `${command === undefined ? '' : ` ${command}`}${collection === undefined ? '' : ` on ${collection}`}`;
    const answer = [serverCodeName, serverCode].filter((part) => part !== undefined).join(' ');
    super(
      'MONGODB_REFUSED',
      `MongoDB refused${asked}: ${answer}${keywords.length === 0 ? '' : `, at ${keywords.join(', ')}`}.${serverCode === NOT_IMPLEMENTED ? ' This server lacks what a MongoDB has; FerretDB has no validators and no expiry.' : ''}`,
      { cause },
    );
    this.serverCode = serverCode;
    this.serverCodeName = serverCodeName;
  }
}

/** What the driver throws, in our words: its messages and details quote documents. */
export function translated(error: unknown, target: string, asked: Asked = {}): unknown {
  if (!(error instanceof MongoError)) return error;
  // The driver wraps a lost connection into the error of a bulk write, without its labels.
  if (error instanceof MongoBulkWriteError && error.errorResponse instanceof MongoError)
    return translated(error.errorResponse, target, asked);
  const options = { cause: error };
  if (error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined)
    return new WriteOutcomeUnknownError(options);
  if (error.code === 11_000) return new UniqueConflictError(violatedIndex(error.message), options);
  if (error.code === 121)
    return new DocumentInvalidError(
      asked.collection ?? 'this collection',
      ['refused by the validator of the server'],
      options,
    );
  if (error instanceof MongoWriteConcernError) return new WriteOutcomeUnknownError(options);
  if (isConnectionLoss(error)) return new MongoUnreachableError(target, options);
  const { code, codeName } =
    error instanceof MongoServerError ? error : { code: undefined, codeName: undefined };
  return new MongoRefusedError(
    typeof code === 'number' ? code : undefined,
    codeName ?? error.name,
    error,
    asked,
  );
}

/** From the text, because the driver drops `keyPattern` of bulk writes. FerretDB names no index: it has only `_id`'s. */
export function violatedIndex(message: string): string | undefined {
  return /\bindex: (\S+)/.exec(message)?.[1];
}

function isConnectionLoss(error: MongoError): boolean {
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error.hasErrorLabel('RetryableWriteError')
  );
}

/**
 * Which keys of a command the server's message names: `bsonType`, `partialFilterExpression`. Its text may quote values; the
 * keys of a command that this package makes are the package's own.
 */
export function keywordsIn(message: string, command: object): string[] {
  const keys = new Set<string>();
  JSON.stringify(command, (key, value: unknown) => {
    if (key !== '' && !/^\d+$/.test(key)) keys.add(key);
    return value;
  });
  const words = new Set(message.match(/\$?[A-Za-z_]\w*/g));
  return [...keys].filter((key) => words.has(key));
}
