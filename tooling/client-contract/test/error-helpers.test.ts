import {
  isForeignKeyViolation,
  isInvalidId,
  isNotFound,
  isRuleViolation,
  isTimeout,
  isUniqueViolation,
  isWriteConflict,
  type PrismaClient,
  type TransactionClient,
} from '@codezest/db-auth';
import { createTestDatabase, factories, type TestDatabase } from '@codezest/db-auth/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let database: TestDatabase;
let client: PrismaClient;
let email: string;
let userId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  const user = await factories(client).user();
  email = user.email;
  userId = user.id;
  await client.$executeRawUnsafe(`
    CREATE TABLE late (
      email text CONSTRAINT late_email_key UNIQUE DEFERRABLE INITIALLY DEFERRED,
      user_id uuid CONSTRAINT late_user_id_fkey REFERENCES users DEFERRABLE INITIALLY DEFERRED
    )`);
});
afterAll(() => database.drop());

const NOBODY = '018f0000-0000-7000-8000-000000000001';

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return expect.unreachable('nothing failed');
}

type Work = (client: PrismaClient | TransactionClient) => Promise<unknown>;

/** The same statement where a service may have it; at the end, the constraint is asked only by COMMIT. */
const PLACES: readonly (readonly [string, (work: Work) => Promise<unknown>])[] = [
  ['by itself', (work) => work(client)],
  ['inside a transaction', (work) => client.$transaction((open) => work(open))],
];

describe.each(PLACES)('%s', (_place, run) => {
  const model = (data: { email: string }) =>
    run((place) => place.user.create({ data: { ...data, firstName: 'x', lastName: 'x', password: null } }));
  const raw = (sql: string) => run((place) => place.$executeRawUnsafe(sql));

  test('a duplicate, by a model call and by raw SQL', async () => {
    const byModel = await failureOf(model({ email }));
    const byRaw = await failureOf(
      raw(
        `INSERT INTO user_profiles (id, user_id) SELECT '${NOBODY}', '${userId}' FROM generate_series(1, 2)`,
      ),
    );

    for (const error of [byModel, byRaw]) {
      expect(isUniqueViolation(error)).toBe(true);
      expect(isForeignKeyViolation(error)).toBe(false);
    }
    expect([isUniqueViolation(byModel, 'email'), isUniqueViolation(byModel, 'username')]).toEqual([
      true,
      false,
    ]);
  });

  test('a parent that is not there', async () => {
    const byModel = await failureOf(
      run((place) => place.userProfile.create({ data: { userId: NOBODY as never } })),
    );
    const byRaw = await failureOf(
      raw(`INSERT INTO user_profiles (id, user_id, updated_at) VALUES ('${NOBODY}', '${NOBODY}', now())`),
    );

    for (const error of [byModel, byRaw]) {
      expect([isForeignKeyViolation(error, 'userId'), isForeignKeyViolation(error, 'email')]).toEqual([
        true,
        false,
      ]);
    }
  });

  test('a rule, a row that is not there, a malformed id, a lock, a collision', async () => {
    const rule = await failureOf(raw(`UPDATE users SET login_attempts = -1`));
    const missing = await failureOf(
      run((place) => place.user.findUniqueOrThrow({ where: { id: NOBODY as never } })),
    );
    const malformed = await failureOf(
      run((place) => place.user.findMany({ where: { id: 'no uuid' as never } })),
    );
    const late = await failureOf(raw(`DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '55P03'; END $$`));
    const collided = await failureOf(raw(`DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$`));

    expect(isRuleViolation(rule)).toBe(true);
    expect(isNotFound(missing)).toBe(true);
    expect(isInvalidId(malformed)).toBe(true);
    expect(isTimeout(late)).toBe(true);
    expect(isWriteConflict(collided)).toBe(true);
  });
});

describe('at the end of a transaction', () => {
  const atCommit = (sql: string) =>
    failureOf(
      client.$transaction(async (open) => expect(await open.$executeRawUnsafe(sql)).toBeGreaterThan(0)),
    );

  test('a duplicate that only COMMIT sees', async () => {
    const error = await atCommit(`INSERT INTO late (email) VALUES ('a'), ('a')`);

    expect([isUniqueViolation(error), isUniqueViolation(error, 'email')]).toEqual([true, true]);
    expect(isUniqueViolation(error, 'userId')).toBe(false);
  });

  test('a parent that only COMMIT misses', async () => {
    const error = await atCommit(`INSERT INTO late (user_id) VALUES ('${NOBODY}')`);

    expect([isForeignKeyViolation(error), isForeignKeyViolation(error, 'userId')]).toEqual([true, true]);
    expect(isUniqueViolation(error)).toBe(false);
  });
});
