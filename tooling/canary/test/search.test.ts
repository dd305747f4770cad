import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Canary, createCanaries, type Kind } from '../src/canaries.js';
import { findCanaries } from '../src/search.js';

const canaries = createCanaries();
const token = randomBytes(32).toString('base64url');
const secret = canaries.of('secret', 'a password');
const name = canaries.of('private', 'a name');
const card = canaries.cardNumber('a card');
canaries.add('a token', token);
const kinds: Kind[] = ['secret', 'private'];

const found = (text: string, all: readonly Canary[] = canaries.all) =>
  findCanaries([{ place: 'here', text: `first line\n${text}\nlast line` }], all, kinds).map(
    ({ canary, form, place }) => ({ canary, form, place }),
  );

describe('what is planted is found', () => {
  test.each([
    ['verbatim', (text: string) => `password=${text};`],
    ['hex', (text: string) => `\\x${Buffer.from(text).toString('hex')}`],
    ['hex', (text: string) => Buffer.from(`a${text}b`).toString('hex').toUpperCase()],
    ['base64', (text: string) => Buffer.from(text).toString('base64')],
    ['base64', (text: string) => Buffer.from(`x${text}y`).toString('base64')],
    ['base64', (text: string) => Buffer.from(`xx${text}yy`).toString('base64')],
    ['base64', (text: string) => Buffer.from(JSON.stringify({ text })).toString('base64')],
  ])('%s', (form, planted) => {
    for (const value of [secret, name, card, token]) {
      expect(found(planted(value))).toContainEqual(expect.objectContaining({ form, place: 'here' }));
    }
  });

  test('a token by the bytes that it stands for', () => {
    const bytes = Buffer.from(token, 'base64url');

    expect(found(`\\x${bytes.toString('hex')}`)).toEqual([
      { canary: 'a token', form: 'hex of its bytes', place: 'here' },
    ]);
    expect(found(bytes.toString('base64'))).not.toEqual([]);
  });

  test('a canary that was cut, and one in a URL', () => {
    expect(found(secret.slice(0, -4))).toEqual([
      { canary: 'a secret canary', form: 'verbatim', place: 'here' },
    ]);
    canaries.add('a password with signs', 'p@ss/word?');
    expect(found(`postgresql://user:${encodeURIComponent('p@ss/word?')}@host/database`)).toEqual([
      { canary: 'a password with signs', form: 'URL-encoded', place: 'here' },
    ]);
  });
});

test('nothing is found where nothing is, nor of a kind that was not asked for', () => {
  expect(found('canary, secret, private, 4242')).toEqual([]);
  expect(findCanaries([{ place: 'here', text: name }], canaries.all, ['secret'])).toEqual([]);
});

test('the same name is the same canary, another name another', () => {
  expect(canaries.of('secret', 'a password')).toBe(secret);
  expect(canaries.of('secret', 'b password')).not.toBe(secret);
});
