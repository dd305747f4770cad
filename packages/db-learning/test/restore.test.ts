import { newId } from '@codezest/db-core';
import { ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrismaClient, restoreLanguage, restoreModule } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { createLanguage, createModule, racingDatabase, refusal, rolledBack } from './fixtures.js';
import { unused } from './rows.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const deleted = { deletedAt: new Date() };
const deleteLanguage = (id: Awaited<ReturnType<typeof createLanguage>>['id']) =>
  client.programmingLanguage.update({ where: { id }, data: deleted });
const deleteModule = (id: Awaited<ReturnType<typeof createModule>>['id']) =>
  client.module.update({ where: { id }, data: deleted });

test('what was deleted is there again, and what is there stays as it is', async () => {
  const module = await createModule(client);
  const { id: languageId } = await deleteLanguage(module.languageId);
  await deleteModule(module.id);

  const language = await restoreLanguage(client, languageId);
  const restored = await restoreModule(client, module.id);

  expect(language).toEqual(await client.programmingLanguage.findUnique({ where: { id: languageId } }));
  expect(restored).toEqual(await client.module.findUnique({ where: { id: module.id } }));
  expect([language.deletedAt, restored.deletedAt]).toEqual([null, null]);
  expect(await restoreLanguage(client, languageId)).toMatchObject({ updatedAt: language.updatedAt });
  expect(await restoreModule(client, module.id)).toEqual(restored);
});

test('a language whose slug or name another one has is not restored', async () => {
  const { id, slug, name } = await createLanguage(client);
  await deleteLanguage(id);

  const ofSlug = await client.programmingLanguage.create({ data: { slug, name: unused('other') } });
  expect(await refusal(restoreLanguage(client, id))).toBe('SLUG_TAKEN');
  await deleteLanguage(ofSlug.id);
  const ofName = await client.programmingLanguage.create({ data: { slug: unused('other'), name } });
  expect(await refusal(restoreLanguage(client, id))).toBe('NAME_TAKEN');
  expect(
    (await client.programmingLanguage.findUniqueOrThrow({ where: { id, deletedAt: {} } })).deletedAt,
  ).not.toBeNull();

  await deleteLanguage(ofName.id);
  expect((await restoreLanguage(client, id)).deletedAt).toBeNull();
});

test('a module whose slug another one of the language has is not restored', async () => {
  const { id, slug, languageId } = await createModule(client);
  await deleteModule(id);
  const other = await createLanguage(client);
  const data = { slug, title: slug, order: 2 };
  await client.module.create({ data: { ...data, languageId: other.id } });
  const taken = await client.module.create({ data: { ...data, languageId } });

  expect(await refusal(restoreModule(client, id))).toBe('SLUG_TAKEN');
  expect((await client.module.findUniqueOrThrow({ where: { id, deletedAt: {} } })).deletedAt).not.toBeNull();
  await deleteModule(taken.id);
  expect((await restoreModule(client, id)).deletedAt).toBeNull();
});

test('what never was is not restored', async () => {
  expect(await refusal(restoreLanguage(client, newId<'ProgrammingLanguage'>()))).toBe('RECORD_NOT_FOUND');
  expect(await refusal(restoreModule(client, newId<'Module'>()))).toBe('RECORD_NOT_FOUND');
});

test('a restoration is rolled back with its transaction', async () => {
  const { id } = await createLanguage(client);
  await deleteLanguage(id);

  await rolledBack(client, (transaction) => restoreLanguage(transaction, id));

  expect(
    (await client.programmingLanguage.findUniqueOrThrow({ where: { id, deletedAt: {} } })).deletedAt,
  ).not.toBeNull();
});

test(`of several that would take one slug at once, one is restored, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const slug = unused('wanted');
    const languages = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        client.programmingLanguage.create({ data: { slug, name: `${slug} ${name}`, ...deleted } }),
      ),
    );
    const { id: languageId } = await createLanguage(client);
    const modules = await Promise.all(
      languages.map((_, order) =>
        client.module.create({ data: { languageId, slug, title: slug, order, ...deleted } }),
      ),
    );

    const ofLanguages = await race((caller) =>
      restoreLanguage(client, (languages[caller % 4] as (typeof languages)[0]).id),
    );
    const ofModules = await race((caller) =>
      restoreModule(client, (modules[caller % 4] as (typeof modules)[0]).id),
    );

    for (const { won, refused } of [ofLanguages, ofModules]) {
      expect(new Set(won.map(({ id }) => id)).size).toBe(1);
      expect(Object.keys(refused)).toEqual(['SLUG_TAKEN']);
    }
  }
});
