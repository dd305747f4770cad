/**
 * Base of every error this data layer raises on its own. `code` is stable and part of the public contract; `message`
 * says what happened and what to do, and never holds a value, a row or a secret.
 *
 * There is no `cause` property: loggers and `util.inspect` print it wherever they find it, and a driver's error carries
 * parameters and rows. `originalError()` has it for a debugger or a test.
 */
export class CodezestDbError extends Error {
  readonly code: string;
  readonly #original: unknown;

  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.#original = options.cause;
  }

  /** The error that led to this one. May hold values: never log it. */
  originalError(): unknown {
    return this.#original;
  }
}
