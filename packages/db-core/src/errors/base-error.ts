/** Names of an error's classes, under a key that all copies of this module share. */
const CHAIN = Symbol.for('@codezest/db-core/error-classes');

/** A minifier's names say nothing. */
const isNamed = (name: string): boolean => name.endsWith('Error');

/** The base is known without a name of its own: builds have lost it. */
const nameOf = (errorClass: { name: string }): string =>
  errorClass === CodezestDbError ? 'CodezestDbError' : errorClass.name;

function namesFrom(errorClass: { name: string }): string[] {
  const names: string[] = [];
  for (let each = errorClass; each !== Error; each = Object.getPrototypeOf(each)) names.push(nameOf(each));
  return names.filter(isNamed);
}

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
    Object.defineProperty(this, CHAIN, { value: namesFrom(new.target) });
  }

  /** The error that led to this one. May hold values: never log it. */
  originalError(): unknown {
    return this.#original;
  }
}

/**
 * A package that is loaded twice in one process, by `import` and by `require`, has two classes of each name; an error of
 * either is an instance of both.
 */
Object.defineProperty(CodezestDbError, Symbol.hasInstance, {
  value: function isInstance(this: typeof CodezestDbError, value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
    const chain: unknown = typeof value === 'object' && value !== null && Reflect.get(value, CHAIN);
    return Array.isArray(chain) && isNamed(nameOf(this)) && chain.includes(nameOf(this));
  },
});
