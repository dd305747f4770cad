/**
 * Base of every error this data layer raises on its own. `code` is stable and part of the public contract; `message`
 * says what happened and what to do, and never holds a value, a row or a secret.
 *
 * The cause stands behind a getter on the prototype, so that loggers that print own properties (JSON, `util.inspect`)
 * do not print a driver's error: those carry parameters and rows.
 */
export class CodezestDbError extends Error {
  readonly code: string;
  readonly #cause: unknown;

  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.#cause = options.cause;
  }

  override get cause(): unknown {
    return this.#cause;
  }
}
