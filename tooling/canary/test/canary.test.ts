import { readSchema, services } from '@codezest/schema-docs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectAll, type Everything } from '../src/collect-all.js';
import { dumpDatabase } from '../src/dump.js';
import { findCanaries, type Hit } from '../src/search.js';

let all: Everything;

beforeAll(async () => {
  all = await collectAll();
});
afterAll(() => all?.server.stop());

const secrets = () => findCanaries(all.dump, all.canaries.all, ['secret']);
const anything = (evidence = all.collection.evidence): Hit[] =>
  findCanaries(evidence, all.canaries.all, ['secret', 'private']);

describe.each(services)('db-%s', (service) => {
  const exercised = () => all.exercised.get(service);

  test('has every function called with canaries', () => {
    expect(exercised()?.uncalled).toEqual([]);
  });

  test('has something in every secret column, written by its functions', async () => {
    const { models } = await readSchema(service);
    const marked = models.flatMap(({ fields }) => fields.filter(({ doc }) => /@secret\b/.test(doc)));

    expect(exercised()?.inputs.filter(({ secret }) => secret)).toHaveLength(marked.length);
    expect(exercised()?.empty).toEqual([]);
  });

  test('takes nothing in clear in a secret column, whoever writes it', () => {
    expect(exercised()?.takenInClear).toEqual([]);
  });
});

test('a dump of all databases holds no secret', () => {
  expect(all.dump.length).toBeGreaterThan(80);
  expect(secrets()).toEqual([]);
});

test('what people wrote is in the dump: it was really written', () => {
  const found = findCanaries(all.dump, all.canaries.all, ['private']);

  expect(found.map(({ form }) => form)).toContain('verbatim');
});

test('errors, events, console and command lines hold no secret and nothing private', () => {
  const { errors, events, consoleLines } = all.collection.counts;

  expect(errors).toBeGreaterThan(1_000);
  expect(events).toBeGreaterThan(1_000);
  expect(consoleLines).toBeGreaterThan(1_000);
  expect(all.exitCodes).not.toContain(null);
  expect(anything()).toEqual([]);
});

test("the server's log holds none, though the server logs all that it can", () => {
  const log = all.server.log();

  // Not `toMatch`: a failure would print all of it.
  expect(/DEBUG:/.test(log.text)).toBe(true);
  expect(/execute auth\.create_account:/.test(log.text)).toBe(true);
  expect(anything([log])).toEqual([]);
});

// Last, since it spoils what the others look at.
test('a secret in a table, a log line and a parameter in the server’s log would be found', async () => {
  const secret = all.canaries.of('secret', 'planted');
  const client = new Client({ connectionString: all.server.url });
  await client.connect();
  await client.query('CREATE TABLE planted (token bytea)');
  await client.query('INSERT INTO planted VALUES ($1)', [Buffer.from(secret)]);
  await client.end();
  console.log = (
    (log) => () =>
      (console.log = log)
  )(console.log);
  const release = all.collection.captureConsole();
  console.log(`logged in with ${secret}`);
  release();

  const places = [
    ...findCanaries(await dumpDatabase(all.server.url, 'postgres'), all.canaries.all, ['secret']),
    ...anything(),
    ...anything([all.server.log()]),
  ].map(({ canary, form, place }) => [canary, form, place]);

  expect(places).toEqual([
    ['a secret canary', 'hex', 'postgres: planted'],
    ['planted', 'verbatim', 'console'],
    ['a secret canary', 'hex', 'server log'],
  ]);
});

test('is told in figures', () => {
  const { canaries, collection, dump, exercised, exitCodes, functions } = all;
  const inputs = [...exercised.values()].flatMap((each) => each.inputs);
  const searched = [...collection.evidence, ...dump, all.server.log()];
  const megabytes = searched.reduce((sum, { text }) => sum + text.length, 0) / 1e6;
  console.info(
    `${canaries.all.length} canaries through ${functions} functions and ${inputs.length} columns; ` +
      `${collection.counts.errors} errors, ${collection.counts.events} events, ${exitCodes.length} command lines, ` +
      `${dump.length} tables: ${megabytes.toFixed(0)} MB searched`,
  );
});
