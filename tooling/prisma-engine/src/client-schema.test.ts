import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientSchemaOf, completeDataModel } from './client-schema.mjs';

const schema = `/// @number says nothing of a model.
model Sale {
  id     String @id
  /// In cents.
  /// @number
  amount BigInt
  other  BigInt
}

model Counter {
  amount BigInt @id
}
`;

test('a BigInt that is marked is an Int to the client, and no other one', () => {
  expect(clientSchemaOf(schema)).toBe(schema.replace('amount BigInt\n  other', 'amount Int\n  other'));
});

test('the mark on a field of another type stops the generation', () => {
  expect(() => clientSchemaOf(schema.replace('amount BigInt\n', 'amount Int\n'))).toThrow(
    'Sale.amount is Int: @number is for fields that are BigInt.',
  );
});

test('what the client knows at run time says BigInt again, or the generation stops', () => {
  const generated = mkdtempSync(join(tmpdir(), 'client-schema-'));
  const file = join(generated, 'internal/class.ts');
  const field = (name: string, type: string) => ({ name, kind: 'scalar', type });
  const models = {
    Sale: { fields: [field('amount', 'Int')] },
    Counter: { fields: [field('amount', 'BigInt')] },
  };
  mkdirSync(join(generated, 'internal'));
  try {
    writeFileSync(
      file,
      `config.runtimeDataModel = JSON.parse(${JSON.stringify(JSON.stringify({ models, enums: {} }))})\n`,
    );
    completeDataModel(schema, generated);
    const [, json] = /JSON\.parse\((.*)\)/.exec(readFileSync(file, 'utf8')) ?? [];
    expect(JSON.parse(JSON.parse(json ?? '""'))).toEqual({
      models: { ...models, Sale: { fields: [field('amount', 'BigInt')] } },
      enums: {},
    });

    writeFileSync(file, 'config.dataModel = {}\n');
    expect(() => completeDataModel(schema, generated)).toThrow('does not describe Sale.amount');
  } finally {
    rmSync(generated, { recursive: true });
  }
});
