import { describe, expect, it } from 'vitest';
import { Notes } from '../src/engine/notes.js';
import { legacySchemeOf } from '../src/services/auth/password-scheme.js';
import { atMost, later } from '../src/values/times.js';
import { Values } from '../src/values/values.js';

const read = <Value>(value: string | number | boolean | null, as: (values: Values) => Value) => {
  const notes = new Notes();
  return {
    value: as(new Values({ column: value }, 'table', notes)),
    notes: notes.all().map(({ kind }) => kind),
  };
};

describe('a column', () => {
  it.each([
    [' Ada@Example.COM ', 'ada@example.com', ['changed']],
    ['ada@example.com', 'ada@example.com', []],
    ['nobody', null, []],
  ])('with the address %j becomes %j', (given, value, notes) => {
    expect(read(given, (values) => values.email('column'))).toEqual({ value, notes });
  });

  it.each([
    ['https://example.com/a', 'https://example.com/a', []],
    ['example.com/a', 'https://example.com/a', ['changed']],
    ['javascript:alert(1)', null, ['lost']],
    ['', null, []],
  ])('with the URL %j becomes %j', (given, value, notes) => {
    expect(read(given, (values) => values.url('column'))).toEqual({ value, notes });
  });

  it.each([
    ['+49 30 123456', '+4930123456', ['changed']],
    ['030 123456', null, ['lost']],
  ])('with the phone number %j becomes %j', (given, value, notes) => {
    expect(read(given, (values) => values.phone('column'))).toEqual({ value, notes });
  });

  it.each([
    ['Career change', 'CAREER_CHANGE', []],
    ['job', 'FIRST_JOB', []],
    ['world peace', null, ['lost']],
  ])('with the goal %j becomes %j', (given, value, notes) => {
    expect(
      read(given, (values) => values.member('column', ['CAREER_CHANGE', 'FIRST_JOB'], { JOB: 'FIRST_JOB' })),
    ).toEqual({ value, notes });
  });

  it('is cut between characters and not within one', () => {
    expect(read('a😀b', (values) => values.cut('column', 2))).toEqual({ value: 'a😀', notes: ['changed'] });
    expect(read('a😀', (values) => values.cut('column', 2))).toEqual({ value: 'a😀', notes: [] });
  });

  it.each([
    ['c-sharp', 'c-sharp', []],
    ['C#_2', 'c-2', ['changed']],
    ['Übung', 'ubung', ['changed']],
    ['###', null, ['changed']],
  ])('with the slug %j becomes %j', (given, value, notes) => {
    expect(read(given, (values) => values.slug('column'))).toEqual({ value, notes });
  });

  it('that the earlier database does not have is null', () => {
    const values = new Values({}, 'table', new Notes());

    expect([
      values.text('a'),
      values.number('a'),
      values.list('a'),
      values.object('a'),
      values.time('a'),
    ]).toEqual(Array.from({ length: 5 }, () => null));
  });
});

describe('times', () => {
  it('without a zone are in UTC', () => {
    expect(atMost('2026-06-01T00:00:00', '2026-01-01T00:00:00', 86_400_000)).toBe('2026-01-02T00:00:00.000Z');
    expect(atMost('2026-01-01T12:00:00', '2026-01-01T00:00:00', 86_400_000)).toBe('2026-01-01T12:00:00');
    expect(later('2026-01-01T00:00:00', '2026-01-01T01:00:00+00:00')).toBe('2026-01-01T01:00:00+00:00');
  });
});

describe('a password', () => {
  it.each([
    ['$2b$10$abc', null],
    ['$argon2id$v=19$m=1', null],
    ['$argon2i$v=19$m=1', 'ARGON2'],
    ['pbkdf2_sha256$1$a$b', 'DJANGO'],
    ['pbkdf2:sha256:1$a$b', 'WERKZEUG'],
    ['{bcrypt}$2a$10$a', 'SPRING'],
    ['$P$Babc', 'PHPASS'],
    [`s2:iGO14LZ6j8hszMKn:${'0'.repeat(128)}`, 'LUCIA_SCRYPT'],
    [`s2:${'a1'.repeat(16)}:${'0'.repeat(128)}`, 'LUCIA_SCRYPT'],
    [`${'a1'.repeat(16)}:${'0'.repeat(128)}`, 'BETTER_AUTH_SCRYPT'],
    ['correct horse battery staple', undefined],
  ])('%j is of the scheme %j', (hash, scheme) => {
    expect(legacySchemeOf(hash)).toBe(scheme);
  });
});
