import { createCipheriv, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { linesWithSecrets } from './leaked-secrets.js';

const token = randomBytes(32).toString('base64url');
const bytes = Buffer.from(token, 'base64url');
const password = 'correct-horse-battery';
const secrets = new Set([token, password]);

it.each([
  ['a token', `Set-Cookie: session=${token}; HttpOnly`],
  ['a token in JSON', JSON.stringify({ token })],
  ['the bytes of a token in hex', `token_hash = '\\x${bytes.toString('hex')}'`],
  ['the bytes of a token in base64', `key: ${bytes.toString('base64')}`],
  ['a text that was encrypted', `secret=${password}`],
])('%s in a line is found', async (_what, line) => {
  expect(await linesWithSecrets(['before', line, line, 'after'], secrets)).toEqual([line]);
});

it('finds nothing where there is nothing', async () => {
  const other = randomBytes(32);

  const lines = ['a line', `${other.toString('hex')} ${other.toString('base64')}`];

  expect(await linesWithSecrets(lines, secrets)).toEqual([]);
});

it('is told of what tests make: the preset has its own functions in the place of these', () => {
  expect(String(randomBytes)).toContain('note');
  expect(String(createCipheriv)).toContain('note');
  expect(randomBytes(32)).toHaveLength(32);
});
