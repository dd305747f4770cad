import { expect, test } from 'vitest';
import { redactUrl } from './redact.js';

test.each([
  [
    'postgresql://somebody:secret@db.example.com:6543/app?sslmode=require',
    'postgresql://db.example.com:6543/app',
  ],
  ['postgresql://db.example.com/app?user=somebody&password=secret', 'postgresql://db.example.com/app'],
  ['postgresql://somebody:se%2Fcret@[::1]:5432/app', 'postgresql://[::1]:5432/app'],
  ['postgresql:///app?host=/var/run/postgresql&password=secret', 'postgresql:///var/run/postgresql/app'],
  ['postgresql://somebody:12/secret@db.example.com/app', '(not a database URL)'],
  ['somebody:secret', '(not a database URL)'],
  ['postgresql://somebody:secret@a:1,b:2,[::1]:3/app?x=1', 'postgresql://a:1,b:2,[::1]:3/app'],
  ['postgresql://somebody:sec,ret@a:1/app', 'postgresql://a:1/app'],
  ['postgresql://a:1,somebody:secret@b:2/app', 'postgresql://b:2/app'],
  ['somebody:secret@db.example.com/app', '(not a database URL)'],
  ['db.example.com/app?password=secret', '(not a database URL)'],
])('%s is printed without what is secret', (url, printed) => {
  expect(redactUrl(url)).toBe(printed);
});
