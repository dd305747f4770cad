import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRuleViolation, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createLanguage, createModule } from './rows.js';
import { type Statement, secondOfTwo } from './two-sessions.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const waitsFor = (moduleId: string, prerequisiteId: string): Statement => [
  'INSERT INTO module_prerequisites (id, module_id, prerequisite_id) VALUES (gen_random_uuid(), $1, $2)',
  moduleId,
  prerequisiteId,
];

test('a long chain is accepted, and closing it is refused', async () => {
  const { id: languageId } = await createLanguage(client);
  const modules = await Promise.all(Array.from({ length: 20 }, () => createModule(client, languageId)));
  const ids = modules.map(({ id }) => id);
  const first = ids.at(0);
  const last = ids.at(-1);
  if (!first || !last) throw new RangeError('There are no modules.');

  const chain = ids.slice(1).flatMap((moduleId, index) => {
    const prerequisiteId = ids[index];
    return prerequisiteId ? [{ moduleId, prerequisiteId }] : [];
  });
  await client.modulePrerequisite.createMany({ data: chain });
  const closing = await client.modulePrerequisite
    .create({ data: { moduleId: first, prerequisiteId: last } })
    .catch((error: unknown) => error);

  expect(await client.modulePrerequisite.count({ where: { module: { languageId } } })).toBe(19);
  expect(isRuleViolation(closing, 'module_prerequisites_acyclic_rule')).toBe(true);
});

test('two editors cannot each add one half of a cycle', async () => {
  const one = await createModule(client);
  const other = await createModule(client, one.languageId);

  const refusal = await secondOfTwo(database.url, waitsFor(one.id, other.id), waitsFor(other.id, one.id));

  expect(isRuleViolation(refusal, 'module_prerequisites_acyclic_rule')).toBe(true);
});

test('a module cannot move to another language while it becomes a prerequisite', async () => {
  const one = await createModule(client);
  const other = await createModule(client, one.languageId);
  const { id: elsewhere } = await createLanguage(client);
  const move: Statement = ['UPDATE modules SET language_id = $2 WHERE id = $1', one.id, elsewhere];

  const moved = await secondOfTwo(database.url, waitsFor(other.id, one.id), move);
  await client.modulePrerequisite.deleteMany({ where: { moduleId: other.id } });
  const required = await secondOfTwo(database.url, move, waitsFor(other.id, one.id));

  expect(isRuleViolation(moved, 'modules_language_rule')).toBe(true);
  expect(isRuleViolation(required, 'module_prerequisites_same_language_rule')).toBe(true);
});
