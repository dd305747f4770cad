import { failureClass, InvalidValueError, isInvalidValue, type PrismaClient } from '@codezest/db-auth';
import { createTestDatabase, factories, type TestDatabase } from '@codezest/db-auth/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let database: TestDatabase;
let client: PrismaClient;
beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
  await factories(client).user();
});
afterAll(() => database.drop());

const person = { firstName: 'x', lastName: 'x', password: null };
const raw =
  (sql: string, ...values: unknown[]) =>
  (place: PrismaClient) =>
    place.$queryRawUnsafe(sql, ...values);

/** What PostgreSQL answers 22xxx or 23502 to, by a model call and by SQL. */
const refused: [what: string, sqlState: string, work: (place: PrismaClient) => Promise<unknown>][] = [
  [
    'a text that is too long',
    '22001',
    ({ user }) => user.create({ data: { ...person, email: `${'x'.repeat(300)}@x.io` } }),
  ],
  ['NUL', '22021', ({ user }) => user.create({ data: { ...person, email: 'a\0@x.io' } })],
  ['NUL in a condition', '22021', ({ user }) => user.findMany({ where: { email: 'a\0@x.io' } })],
  ['NUL in JSON', '22P05', ({ userLead }) => userLead.findMany({ where: { tags: { equals: ['a\0'] } } })],
  ['a number out of range', '22003', raw('SELECT $1::int', 2 ** 40)],
  ['a fraction', '22P02', raw('SELECT $1::text::int', '1.5')],
  ['a date that is none', '22007', raw('SELECT $1::text::date', 'soon')],
  ['a day that is none', '22008', raw('SELECT $1::text::date', '2026-02-31')],
  ['a negative limit', '2201W', raw('SELECT 1 LIMIT $1::int', -1)],
  ['a zone that is none', '22023', raw('SELECT now() AT TIME ZONE $1::text', 'Europe/Nowhere')],
  ['nothing where something must be', '23502', raw('UPDATE users SET first_name = $1', null)],
];

describe.each([
  ['by itself', (work: (place: PrismaClient) => Promise<unknown>) => work(client)],
  [
    'in a transaction',
    (work: (place: PrismaClient) => Promise<unknown>) =>
      client.$transaction((open) => work(open as PrismaClient)),
  ],
])('a value that the database does not take, %s', (_place, run) => {
  it.each(refused)('%s is an InvalidValueError', async (_what, sqlState, work) => {
    const failure = await run(work).then(
      () => expect.unreachable('nothing failed'),
      (error: unknown) => error,
    );

    expect(failure).toBeInstanceOf(InvalidValueError);
    expect(failure).toMatchObject({ code: 'VALUE_INVALID', sqlState });
    expect(isInvalidValue(failure)).toBe(true);
    expect(failureClass(failure)).toBe('invalid');
  });
});

it('names the column that is missing', async () => {
  const failure = await client.$executeRaw`UPDATE users SET first_name = NULL`.catch(
    (error: unknown) => error,
  );

  expect(isInvalidValue(failure, 'first_name')).toBe(true);
  expect(isInvalidValue(failure, 'email')).toBe(false);
});
