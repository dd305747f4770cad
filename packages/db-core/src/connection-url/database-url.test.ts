import { expect, test } from 'vitest';
import { onDatabase, parseDatabaseUrl } from './database-url.js';

test.each([
  ['postgresql://u:p@a:1/db', ['a:1']],
  ['postgresql://u:p@a/db', ['a:5432']],
  ['postgresql://u:p@a:1,b:2/db', ['a:1', 'b:2']],
  ['postgresql://u:p@a,b:2,[::1]:3/db?x=1', ['a:5432', 'b:2', '::1:3']],
  ['postgresql://a,b/db?port=7', ['a:7', 'b:7']],
  ['postgresql://a,b/db?port=7,8', ['a:7', 'b:8']],
  ['postgresql:///db?host=a,b&port=1,2', ['a:1', 'b:2']],
  ['postgresql:///db?host=/run/postgresql', ['/run/postgresql:5432']],
  ['postgresql://u:a,b@c:1/db', ['c:1']],
])('%s leads to %j', (url, hosts) => {
  expect(parseDatabaseUrl(url).hosts.map(({ host, port }) => `${host}:${port}`)).toEqual(hosts);
});

test('the first host stands for the rest in what pg is given', () => {
  expect(parseDatabaseUrl('postgresql://u:p@a:1,b:2/db?x=1').url.href).toBe('postgresql://u:p@a:1/db?x=1');
  expect(parseDatabaseUrl('postgresql:///db?host=a,b&port=1,2').url.href).toBe(
    'postgresql:///db?host=a&port=1',
  );
});

test('another database of the same servers', () => {
  expect(onDatabase('postgresql://u:p@a:1,b:2/db?x=1', 'an other')).toBe(
    'postgresql://u:p@a:1,b:2/an%20other?x=1',
  );
  expect(onDatabase('postgresql://u:p@a', 'db')).toBe('postgresql://u:p@a/db');
});
