import type { PrismaClient } from '../../src/index.js';

/** The process has died: nothing that it had not committed is there, and nobody gets its answer. */
export class Crash extends Error {}

/**
 * A client whose process dies before its statement number `at`, counted from 0; the commit of a transaction and the answer
 * to it are two more. After that it does nothing any more. Lives on without `at`.
 */
export function crashingClient(client: PrismaClient, at: number | undefined): PrismaClient {
  if (at === undefined) return client;
  let left = at;
  const live = () => {
    left -= 1;
    if (left < 0) throw new Crash();
  };
  return counted(client, live);
}

function counted<Target extends object>(target: Target, live: () => void): Target {
  const call =
    (method: (...given: unknown[]) => Promise<unknown>) =>
    async (...given: unknown[]) => {
      live();
      return method.apply(target, given);
    };
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === '$transaction') return transactions(target as unknown as Transacting, live);
      // What tells a client from an open transaction.
      if (name === '$connect') return value;
      if (typeof value === 'function') return call(value as (...given: unknown[]) => Promise<unknown>);
      return typeof value === 'object' && value !== null ? counted(value, live) : value;
    },
  });
}

type Work = (transaction: object) => Promise<unknown>;
interface Transacting {
  $transaction(work: Work, options?: unknown): Promise<unknown>;
}

function transactions(client: Transacting, live: () => void): Transacting['$transaction'] {
  return async (work, options) => {
    live();
    const result = await client.$transaction(async (transaction) => {
      const done = await work(counted(transaction, live));
      live();
      return done;
    }, options);
    live();
    return result;
  };
}
