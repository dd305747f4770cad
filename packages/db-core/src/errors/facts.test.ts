import { inspect } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodezestDbError } from './base-error.js';
import { databaseErrorFacts } from './facts.js';
import {
  isForeignKeyViolation,
  isRuleViolation,
  isTimeout,
  isUniqueViolation,
  isWriteConflict,
} from './predicates.js';
import { RuleViolationError } from './rule-violation-error.js';
import { withoutValues } from './without-values.js';

let client: Client;
beforeAll(async () => {
  client = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await client.query(`
    CREATE TEMP TABLE people (
      id int CONSTRAINT people_pkey PRIMARY KEY,
      email text CONSTRAINT people_email_key UNIQUE,
      age int CONSTRAINT people_age_check CHECK (age > 0),
      boss int CONSTRAINT people_boss_fkey REFERENCES people)`);
  await client.query(`INSERT INTO people VALUES (1, 'zanzibar@x.test', 30, NULL)`);
});
afterAll(() => client.end());

/** The error that PostgreSQL really raises, as hand-written SQL hands it on. */
const refusal = (sql: string) =>
  client.query(sql).then(
    () => expect.unreachable(`accepted: ${sql}`),
    (error: unknown) => withoutValues(error),
  );

describe("pg's own errors", () => {
  it('tells a unique violation by field and by constraint', async () => {
    const error = await refusal(`INSERT INTO people VALUES (2, 'zanzibar@x.test', 30, NULL)`);

    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'email')).toBe(true);
    expect(isUniqueViolation(error, 'people_email_key')).toBe(true);
    expect(isUniqueViolation(error, 'age')).toBe(false);
    expect(databaseErrorFacts(error)).toMatchObject({
      sqlState: '23505',
      constraint: 'people_email_key',
      table: 'people',
    });
  });

  it('tells a foreign key, a check and their names', async () => {
    expect(isForeignKeyViolation(await refusal(`INSERT INTO people VALUES (2, 'b', 30, 9)`), 'boss')).toBe(
      true,
    );
    expect(
      isRuleViolation(await refusal(`INSERT INTO people VALUES (2, 'b', -1, NULL)`), 'people_age_check'),
    ).toBe(true);
  });

  it('becomes our own where a rule refuses a row, and names the rule', async () => {
    const error = await refusal(`INSERT INTO people VALUES (2, 'zanzibar@b', -1, NULL)`);
    expect(error).toBeInstanceOf(RuleViolationError);
    expect(error).toMatchObject({ code: 'RULE_VIOLATED', rule: 'people_age_check', table: 'people' });
    expect(isRuleViolation(error, 'people_age_check')).toBe(true);
    expect(databaseErrorFacts(error)).toMatchObject({ sqlState: '23514', constraint: 'people_age_check' });
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('zanzibar');
  });
  it('tells a statement that ran too long and a transaction that collided', async () => {
    await client.query(`SET statement_timeout = 20`);
    expect(isTimeout(await refusal(`SELECT pg_sleep(2)`))).toBe(true);
    await client.query(`SET statement_timeout = 0`);
    expect(
      isWriteConflict(await refusal(`DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$`)),
    ).toBe(true);
  });

  it('holds no row and no value', async () => {
    const errors = [
      await refusal(`INSERT INTO people VALUES (2, 'zanzibar@x.test', 30, NULL)`),
      await refusal(`INSERT INTO people VALUES (3, 'zanzibar@y.test', -1, NULL)`),
      await refusal(`SELECT 'zanzibar'::int`),
      await refusal(`SELECT 'zanzibar'::uuid`),
    ];

    for (const error of errors) expect(inspect(error, { showHidden: true })).not.toContain('zanzibar');
  });
});

describe('our own errors', () => {
  it('keep the original out of whatever prints them', () => {
    const error = new CodezestDbError('SOME_CODE', 'what to do', { cause: new Error('zanzibar') });

    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('zanzibar');
    expect(JSON.stringify({ ...error })).not.toContain('zanzibar');
    expect(error.originalError()).toBeInstanceOf(Error);
  });
});

it('takes a column in the name of a table for none of the constraint', () => {
  const violation = (table: string | undefined, constraint: string) => ({ code: '23505', table, constraint });

  expect(isUniqueViolation(violation('users', 'users_email_lower_live_key'), 'email')).toBe(true);
  expect(isUniqueViolation(violation('email_changes', 'email_changes_user_id_key'), 'email')).toBe(false);
  expect(isUniqueViolation(violation(undefined, 'email_changes_user_id_key'), 'email')).toBe(false);
  expect(isUniqueViolation(violation('email_changes', 'email_changes_new_email_key'), 'newEmail')).toBe(true);
});
