import { isDriverAdapterError, type SqlQueryable } from '@prisma/driver-adapter-utils';
import { MalformedIdError } from '../errors/invalid-id-error.js';

/**
 * Errors of the driver adapter, before Prisma wraps them: the one place that every model call, raw query and
 * transaction passes. PostgreSQL's DETAIL holds the failing row and is dropped; a malformed ID becomes our own error,
 * which Prisma hands on as it is.
 */
export function withSafeErrors<Queryable extends SqlQueryable>(queryable: Queryable): Queryable {
  const queryRaw = queryable.queryRaw.bind(queryable);
  const executeRaw = queryable.executeRaw.bind(queryable);
  queryable.queryRaw = (query) => queryRaw(query).catch(rethrowSafely);
  queryable.executeRaw = (query) => executeRaw(query).catch(rethrowSafely);
  return queryable;
}

function rethrowSafely(error: unknown): never {
  if (isDriverAdapterError(error)) {
    const cause = error.cause as { kind: string; message?: string; detail?: string };
    if (cause.kind === 'InvalidInputValue') {
      if (/type uuid/.test(cause.message ?? '')) throw new MalformedIdError();
      // `invalid input syntax for type …: "<value>"`
      cause.message = cause.message?.replace(/: ".*$/s, '');
    }
    delete cause.detail;
  }
  throw error;
}
