import { parsePhoneNumber } from '@codezest/db-types';
import { describe, expect, it } from 'vitest';
import { CodezestDbError } from './base-error.js';
import { DatabaseUnreachableError, MissingDatabaseUrlError } from './connection-errors.js';
import { httpAnswer } from './http-answer.js';
import { MalformedIdError } from './invalid-id-error.js';
import { RecordNotFoundError } from './refusals.js';

class OwnError extends CodezestDbError {}
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('httpAnswer', () => {
  it.each([
    [
      'a code that is listed',
      new OwnError('LAST_WAY_IN', 'This is the only way.'),
      409,
      'LAST_WAY_IN',
      'This is the only way.',
    ],
    ['an ending', new OwnError('THING_NOT_FOUND', 'No thing.'), 404, 'THING_NOT_FOUND', 'No thing.'],
    [
      'a class of all packages',
      new RecordNotFoundError('invoice'),
      404,
      'RECORD_NOT_FOUND',
      'There is no such invoice.',
    ],
    ['an id', new MalformedIdError(), 400, 'ID_INVALID', 'An ID is malformed.'],
    [
      'db-types',
      thrownBy(() => parsePhoneNumber('x')),
      400,
      'PHONE_NUMBER_INVALID',
      /^Not a valid phone number/,
    ],
    [
      'no server',
      new DatabaseUnreachableError('db.internal:5432/x', 'down'),
      503,
      'DATABASE_UNREACHABLE',
      /^The service is not available/,
    ],
    [
      'no setting',
      new MissingDatabaseUrlError(['AUTH_DATABASE_URL']),
      500,
      'INTERNAL',
      /^The service failed/,
    ],
    ['a code that nobody listed', new OwnError('ODD', 'secret'), 500, 'INTERNAL', /^The service failed/],
    [
      'a module of Node',
      Object.assign(new Error('secret'), { code: 'MODULE_NOT_FOUND' }),
      500,
      'INTERNAL',
      /^The service failed/,
    ],
    [
      'PostgreSQL',
      Object.assign(new Error('secret'), { code: '23505', constraint: 'secret_key' }),
      409,
      'ALREADY_EXISTS',
      'There is one already.',
    ],
    [
      'a deadlock',
      Object.assign(new Error('secret'), { code: '40P01' }),
      503,
      'WRITE_CONFLICT',
      /^The service is not available/,
    ],
    ['anything', 'secret', 500, 'INTERNAL', /^The service failed/],
    ['nothing', undefined, 500, 'INTERNAL', /^The service failed/],
  ])('answers %s', (_what, error, status, code, message) => {
    const answer = httpAnswer(error, { LAST_WAY_IN: 409 });

    expect(answer).toEqual({ status, code, message: expect.stringMatching(message) });
    expect(JSON.stringify(answer)).not.toMatch(/secret|AUTH_|internal:/);
  });
});
