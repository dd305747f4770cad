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

/** A connection pooler refused what direct connections send at start-up, and the URL does not say that it is one. */
export class UndeclaredPoolerError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'DATABASE_BEHIND_POOLER',
      'The URL leads to a connection pooler such as PgBouncer, in session or transaction mode. Add pgbouncer=true to it, and give the role its timeouts: `doctor` prints them.',
      options,
    );
  }
}

/** None of the URL's servers is what its `target_session_attrs` asks for; this is the last that was asked. */
export class UnsuitableServerError extends CodezestDbError {
  constructor(target: string, standby: boolean) {
    super(
      'DATABASE_SERVER_UNSUITABLE',
      `The URL asks for target_session_attrs=${target}, and the server is ${standby ? 'a standby' : 'a primary'}. Name all servers in the URL, or wait for one to take that role.`,
    );
  }
}

/** The server was sent a statement and gave no answer in time. Whether it did it is not known. */
export class DatabaseAnswerTimeoutError extends CodezestDbError {
  constructor(pooler: boolean) {
    const likely = pooler
      ? ' Behind a pooler the likely cause is that it has fewer connections than its clients open: lower connection_limit, or raise default_pool_size.'
      : '';
    super(
      'DATABASE_ANSWER_TIMEOUT',
      `The database gave no answer in time; whether it did what it was asked is not known.${likely}`,
    );
  }
}

/** `drain()` was given something else than a client of our packages, such as a transaction or another Prisma client. */
export class UnknownClientError extends CodezestDbError {
  constructor() {
    super(
      'CLIENT_UNKNOWN',
      'This is no client of the package, so that its running work cannot be waited for. Pass the client that createClient() or new PrismaClient() gave, or what $extends made of it.',
    );
  }
}
