/** What becomes of the calls of an observed module. */
export interface Observer {
  /** Names of the functions that were called. */
  readonly called: Set<string>;
  /** Errors go on to the caller. Otherwise the call gives what it gave the last time, so that one failure hides no other. */
  strict: boolean;
  onError(error: unknown): void;
}

/** A stand-in for a module whose calls are watched. */
export function observed<Module extends object>(module: Module, observer: Observer): Module {
  const lastResults = new Map<string, unknown>();
  const functions = new Set(functionsOf(module));
  const failed = (name: string, error: unknown): unknown => {
    observer.onError(error);
    if (observer.strict) throw error;
    return lastResults.get(name);
  };
  const succeeded = (name: string, result: unknown): unknown => {
    if (observer.strict) lastResults.set(name, result);
    return result;
  };
  return new Proxy(module, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      const name = String(property);
      if (!functions.has(name) || typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        observer.called.add(name);
        try {
          const result: unknown = value(...args);
          if (!(result instanceof Promise)) return succeeded(name, result);
          return result.then(
            (settled) => succeeded(name, settled),
            (error: unknown) => failed(name, error),
          );
        } catch (error) {
          return failed(name, error);
        }
      };
    },
  });
}

/** The functions that a module exports; its classes are errors and clients. */
export function functionsOf(module: object): string[] {
  return Object.entries(module)
    .filter(([, value]) => typeof value === 'function' && !/^class\b/.test(String(value)))
    .map(([name]) => name)
    .sort();
}
