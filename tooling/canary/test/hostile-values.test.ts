import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCanaries } from '../src/canaries.js';
import { asTheyShouldBe, createGive } from '../src/give.js';
import { asForAnother, hostileValues, replacements } from '../src/hostile.js';
import { functionsOf } from '../src/observed.js';
import { type AnyClient, subjects } from '../src/subjects.js';

/** Clients and their life, and questions about errors. */
const OF_THE_PROCESS =
  /^(?:is[A-Z]\w*|connect|createClient|disconnect|drain|healthCheck|readinessCheck|databaseErrorFacts|failureClass|httpAnswerOf|keyringFromEnvironment|transaction|withRetry|readFromReplica|walPosition|PrismaClient)$/;
const AT_ONCE = 6;
const OF_DB_TYPES: ReadonlySet<string> = new Set([
  'EMAIL_ADDRESS_INVALID',
  'EVENT_INVALID',
  'EVENT_UNKNOWN',
  'ID_INVALID',
  'LOCALE_INVALID',
  'PHONE_NUMBER_INVALID',
  'TIME_ZONE_UNKNOWN',
]);
/** Calls that no way in can make succeed: the owner of the tables makes them, or a day must pass before them. */
const WITHOUT_SUCCESS: Readonly<Record<string, readonly unknown[]>> = {
  dropPartitionsBefore: [new Date(0)],
  emptyDefaultPartition: [],
  completeRenewal: [{ subscriptionId: randomUUID(), claim: 1, currentPeriodEnd: new Date() }],
  ensurePartitions: [new Date(), new Date()],
  failRenewal: [{ subscriptionId: randomUUID(), claim: 1, retryAfterSeconds: [60], givenUp: 'UNPAID' }],
  eraseUser: [{ userId: randomUUID(), requestId: randomUUID() }],
};

describe.each(subjects.map((subject) => [subject.service, subject] as const))('db-%s', (service, subject) => {
  let database: Awaited<ReturnType<typeof subject.createTestDatabase>>;
  let client: AnyClient;
  /** Of each function a call that succeeded. */
  const calls = new Map<string, Call>();
  const functions = functionsOf(subject.module);

  beforeAll(async () => {
    database = await subject.createTestDatabase();
    await logNothing(database.url);
    client = subject.module.createClient({ url: database.url }) as AnyClient;
    const steps = await subject.waysIn(recorded(subject.module, calls), subject.factories(client));
    // What one step misses of another shows as a function that nothing has called.
    for (const step of Object.values(steps))
      await step(createGive(service, createCanaries(), asTheyShouldBe), client).catch(() => undefined);
    for (const name of functions.filter((each) => each in WITHOUT_SUCCESS))
      calls.set(name, { args: [client, ...(WITHOUT_SUCCESS[name] ?? [])], gavePromise: true });
  });
  afterAll(async () => {
    await client.$disconnect();
    await database.drop();
  });

  test('every exported function is walked', () => {
    expect(functions.length).toBeGreaterThan(30);
    expect(functions.filter((name) => !calls.has(name) && !OF_THE_PROCESS.test(name))).toEqual([]);
  });

  test('a value that does not belong there gives a typed error or a result', async () => {
    const untyped = new Set<string>();
    const work = [...calls]
      .filter(([name]) => !OF_THE_PROCESS.test(name))
      .flatMap(([name, { args, gavePromise }]) =>
        hostileValues.flatMap(([what, value]) =>
          replacements(args, value)
            .flatMap(({ place, args }) => [
              // What was seen before is answered sooner, and a megabyte takes long.
              ...(isLong(value) ? [] : [{ place, args }]),
              { place, args: asForAnother(args) },
            ])
            .map((replaced) => async () => {
              const error = await errorOf(() => again(name, replaced.args), gavePromise);
              if (error !== undefined && !isTyped(error))
                untyped.add(`${name}(${replaced.place} = ${what}): ${String(error).slice(0, 160)}`);
            }),
        ),
      );
    expect(work.length).toBeGreaterThan(200);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = work.pop(); next !== undefined; next = work.pop()) await next();
      }),
    );
    expect([...untyped].sort()).toEqual([]);
  });

  /** A transaction of the recorded call has ended: the call gets one of its own. */
  function again(name: string, [first, ...rest]: readonly unknown[]): unknown {
    const called = (subject.module as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[
      name
    ];
    return isTransaction(first)
      ? client.$transaction(async (open) => called?.(open, ...rest))
      : called?.(first, ...rest);
  }

  /** Ours, or of db-types, which every service may throw on: what Prisma and PostgreSQL say is nobody's to tell apart. */
  function isTyped(error: unknown): boolean {
    return error instanceof subject.module.CodezestDbError || OF_DB_TYPES.has(codeOf(error));
  }
});

/**
 * Each text of a megabyte that the server refuses would be in its log twice, some hundred megabytes in all. Its roles may keep
 * that from us, where the server is not ours.
 */
async function logNothing(url: string): Promise<void> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  await owner.query(`DO $$ BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      EXECUTE format('ALTER DATABASE %I SET log_min_messages = fatal', current_database());
    END IF;
  END $$`);
  await owner.end();
}

/** As Prisma hands it to a callback: a client that cannot connect. */
function isTransaction(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    '$queryRawUnsafe' in value &&
    typeof (value as { $connect?: unknown }).$connect !== 'function'
  );
}

/** What a call fails with. A function that gives promises rejects; an error that it throws would pass by every `.catch()`. */
async function errorOf(call: () => unknown, givesPromise: boolean): Promise<unknown> {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return givesPromise ? new Error(`thrown in place of a rejection: ${codeOf(error)}`) : error;
  }
  return Promise.resolve(result).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const isLong = (value: unknown) => typeof value === 'string' && value.length > 100_000;
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

interface Call {
  readonly args: readonly unknown[];
  readonly gavePromise: boolean;
}

function recorded<Module extends object>(module: Module, calls: Map<string, Call>): Module {
  const functions = new Set(functionsOf(module));
  return new Proxy(module, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      const name = String(property);
      if (!functions.has(name) || typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result: unknown = value(...args);
        const gavePromise = result instanceof Promise;
        if (!gavePromise) calls.set(name, { args, gavePromise });
        else
          void result.then(
            () => calls.set(name, { args, gavePromise }),
            () => undefined,
          );
        return result;
      };
    },
  });
}
