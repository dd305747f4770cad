import { LOCAL_DATABASE_ERROR_CODES } from '@codezest/local-databases/errors';
import { services } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { errorCodes, freshErrorPage, freshStatuses, PAGE, statusesOf } from './error-reference.js';
import { read } from './repository.js';

const codes = errorCodes();

it('the reference of error codes is that of the sources', () => {
  const page = read(PAGE);

  expect(codes.length).toBeGreaterThan(80);
  expect(
    page === freshErrorPage(page),
    `${PAGE} is stale; write it with: pnpm --filter @codezest/checks errors:write`,
  ).toBe(true);
});

it('knows codes raised by a class, by a call, and by a property', () => {
  const named = codes.map(({ code, errorClass }) => `${code} ${errorClass}`);

  expect(named).toEqual(
    expect.arrayContaining([
      'EMAIL_TAKEN EmailTakenError',
      'SEED_REFUSED CodezestDbError',
      'MIGRATION_LOCKED MigrationError',
      'ID_INVALID InvalidIdError',
      `${LOCAL_DATABASE_ERROR_CODES[0]} TestDatabaseError`,
    ]),
  );
});

it('names what is wrong first, then how: AMOUNT_INVALID, not INVALID_AMOUNT', () => {
  expect(codes.map(({ code }) => code).filter((code) => /^(INVALID|UNKNOWN|MISSING)_/.test(code))).toEqual(
    [],
  );
});

describe.each(services)('the statuses of db-%s', (service) => {
  it('are there for every code that a service may meet, in src/http-answer.ts or by its ending', () => {
    const statuses = statusesOf(service);

    expect(statuses.length).toBeGreaterThan(20);
    expect(statuses.filter(([, status]) => status === undefined).map(([code]) => code)).toEqual([]);
  });

  it('stand in the README (pnpm --filter @codezest/checks errors:write)', () => {
    const readme = read(`packages/db-${service}/README.md`);
    expect(readme).toContain('<!-- statuses -->');
    expect(freshStatuses(readme, service)).toBe(readme);
  });
});
