import type { SqlDriverAdapter, SqlDriverAdapterFactory, SqlQueryable } from '@prisma/driver-adapter-utils';
import { withoutValues } from '../errors/without-values.js';

/**
 * A driver adapter whose errors hold no values. Here, because Prisma puts their texts into messages of its own: this is
 * the one place that every model call, raw query and transaction passes before.
 */
export function safeAdapter(factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => {
      const adapter = await safely(factory.connect());
      const startTransaction = adapter.startTransaction.bind(adapter);
      adapter.startTransaction = async (level) => safeQueryable(await safely(startTransaction(level)));
      return safeQueryable<SqlDriverAdapter & SqlQueryable>(adapter);
    },
  };
}

function safeQueryable<Queryable extends SqlQueryable>(queryable: Queryable): Queryable {
  const queryRaw = queryable.queryRaw.bind(queryable);
  const executeRaw = queryable.executeRaw.bind(queryable);
  queryable.queryRaw = (query) => safely(queryRaw(query));
  queryable.executeRaw = (query) => safely(executeRaw(query));
  return queryable;
}

function safely<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    throw withoutValues(error);
  });
}
