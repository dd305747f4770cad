import { readSchema } from '@codezest/schema-docs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subjects } from '../src/subjects.js';
import type { AnyFactories } from '../src/ways-in/models.js';

interface Reading {
  findFirst(): Promise<object | null>;
}

// What a service that asks for nothing in particular gets of each model, and so may print, cache or send on. The file is
// reviewed: a field that appears there is one that everybody sees.
describe.each(subjects.map((subject) => [subject.service, subject] as const))('db-%s', (service, subject) => {
  let database: Awaited<ReturnType<typeof subject.createTestDatabase>>;
  let client: ReturnType<typeof subject.module.createClient>;
  let make: AnyFactories;
  beforeAll(async () => {
    database = await subject.createTestDatabase();
    client = subject.module.createClient({ url: database.url });
    make = subject.factories(client as never);
  });
  afterAll(async () => {
    await client.$disconnect();
    await database.drop();
  });

  test('gives no secret field unless asked, created, found, or found within a transaction', async () => {
    const { models } = await readSchema(service);
    const lines: string[] = [];
    for (const { name, fields } of models) {
      const delegate = name.charAt(0).toLowerCase() + name.slice(1);
      const secret = fields.filter(({ doc }) => /@secret\b/.test(doc)).map((field) => field.name);
      const created = await make[delegate]?.();
      const read = (reader: object) => (reader as Record<string, Reading>)[delegate]?.findFirst();
      const found = await read(client);
      const within = await client.$transaction(async (transaction: object) => read(transaction));
      const results = [created, found, within].filter((row): row is object => row instanceof Object);
      const keys = [...new Set(results.flatMap((result) => Object.keys(result)))].sort();

      expect(keys.filter((key) => secret.includes(key))).toEqual([]);
      lines.push(
        `${name}: ${keys.join(', ')}${secret.length > 0 ? `\n  hidden: ${secret.sort().join(', ')}` : ''}`,
      );
    }

    expect(lines.length).toBeGreaterThan(2);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`default-results/${service}.txt`);
  });
});
