import { CodezestDbError } from './base-error.js';

/** No URL: neither in the options nor in any of the package's variables. Thrown at the first use, not at import. */
export class MissingDatabaseUrlError extends CodezestDbError {
  readonly variables: readonly string[];

  constructor(variables: readonly string[], otherWay = '') {
    super(
      'DATABASE_URL_MISSING',
      `No database URL. Set ${variables.join(' or ')} to postgresql://user:password@host:5432/database${otherWay}.`,
    );
    this.variables = variables;
  }
}

/** The URL cannot be used as it stands. The message names the part that is wrong, never the URL. */
export class InvalidDatabaseUrlError extends CodezestDbError {
  constructor(reason: string, options: { cause?: unknown } = {}) {
    super('DATABASE_URL_INVALID', `The database URL cannot be used: ${reason}`, options);
  }
}

/** `connect()` got no answer. `target` is host, port and database without user and password. */
export class DatabaseUnreachableError extends CodezestDbError {
  readonly target: string;

  constructor(target: string, reason: string, options: { cause?: unknown } = {}) {
    super(
      'DATABASE_UNREACHABLE',
      `The database at ${target} cannot be used: ${reason}. Check that it runs, and that host, port, user and password are right.`,
      options,
    );
    this.target = target;
  }
}

/** A query came after `drain()`. Thrown instead of a silent new connection, which would keep the process alive. */
export class ClientDrainedError extends CodezestDbError {
  constructor() {
    super(
      'CLIENT_DRAINED',
      'This client was drained because the process ends. Stop what sends queries before drain(), or make another client.',
    );
  }
}
