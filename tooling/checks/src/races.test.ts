import { services } from '@codezest/schema-docs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { changeNothing, domainFunctions, racedOtherwise } from './domain-functions.js';
import { racedFunctions } from './raced-functions.js';
import { filesBelow } from './repository.js';
import { parse } from './source-code.js';

it.each(services)('every function of db-%s that changes something has a race', (service) => {
  const exported = domainFunctions(service);
  const raced = new Set(
    filesBelow(`packages/db-${service}/test`, '.test.ts').flatMap((path) => [...racedFunctions(parse(path))]),
  );

  expect(exported.length).toBeGreaterThan(10);
  const exempt = [...changeNothing[service], ...Object.keys(racedOtherwise)];
  expect(exported.filter((name) => !exempt.includes(name) && !raced.has(name))).toEqual([]);
  expect(changeNothing[service].filter((name) => !exported.includes(name))).toEqual([]);
});

it('only what is called within a race of several rounds is raced', () => {
  const source = (text: string) => ts.createSourceFile('a.test.ts', text, ts.ScriptTarget.ESNext, true);
  const raced = (text: string) => [...racedFunctions(source(text))];
  const helper = 'const kinds = [{ consume: consumeReset }]; const pay = (id) => record(client, { id });';

  expect(
    raced("test('50 rounds', async () => { await prepare(); await race(() => act(client)); });"),
  ).toEqual(['act']);
  expect(raced("test('at once', async () => { await race(() => act(client)); });")).toEqual([]);
  expect(raced(`${helper} test('x, 50 rounds', () => race((n) => n ? kind.consume() : pay(1)));`)).toEqual(
    expect.arrayContaining(['consumeReset', 'record']),
  );
});
