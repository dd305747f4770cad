import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brandModel } from '../src/brand-filters.mjs';
import { typedFieldsOf } from '../src/branded-fields.mjs';
import { createProject, type Outcome, type Project } from './project.js';

const SCHEMA = 'prisma/schema/rooms.prisma';

describe('branded ids in the generated client', { timeout: 120_000 }, () => {
  let project: Project;
  let generated: Outcome;

  beforeAll(async () => {
    project = createProject();
    generated = await project.prisma(['generate'], { DATABASE_URL: 'postgres://nobody.invalid/nothing' });
  });
  afterAll(() => project.remove());

  const diagnostics = (file: string): string[] => {
    const program = ts.createProgram([join(project.directory, file)], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      skipLibCheck: true,
      types: [],
    });
    return ts.getPreEmitDiagnostics(program).map(({ file: source, start, messageText }) => {
      const line = source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line + 1 : 0;
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  };

  test('generate needs no database', () => {
    expect(generated.output).toContain('Generated Prisma Client');
    expect(generated.code).toBe(0);
  });

  test('an id of its kind is accepted wherever an id goes', () => {
    expect(diagnostics('src/accepted.ts')).toEqual([]);
  });

  test('an id of another kind and a plain string compile nowhere, neither in where nor in data', () => {
    expect(project.read('src/refused.ts').match(/@ts-expect-error/g)?.length).toBeGreaterThan(15);
    expect(diagnostics('src/refused.ts')).toEqual([]);
  });

  test('a type that nobody declares stops the generation', async () => {
    const before = project.read(SCHEMA);
    project.write(SCHEMA, before.replace('/// [RoomId]', '/// [RomId]'));

    const outcome = await project.prisma(['generate']);

    project.write(SCHEMA, before);
    expect(outcome.output).toContain('does not declare in namespace DbFixture: [RomId] of Room.id');
    expect(outcome.code).toBe(1);
  });
});

describe('the step that brands filters', () => {
  const model = {
    name: 'Room',
    fields: [{ name: 'id', isString: true, type: 'RoomId' }],
    compoundUniques: 0,
  };
  const text = `
export type $RoomPayload<A> = {
    id:Db.RoomId
}
export type RoomWhereInput = {
  id?: Prisma.UuidFilter<"Room"> | string
}
export type RoomWhereUniqueInput = Prisma.AtLeast<{
  id?: string
}, "id">
export type RoomScalarWhereWithAggregatesInput = {
  id?: Prisma.UuidWithAggregatesFilter<"Room"> | string
}
`;

  test('brands what it knows', () => {
    expect(brandModel(text, model, 'Db')).not.toContain('string');
  });

  test.each([
    ['a filter is gone', text.replace('RoomWhereInput', 'RoomFilterInput'), 'RoomWhereInput (found 0 times)'],
    ['a field is written in another way', text.replace('id?: string', 'id?: Text'), 'Room.id'],
    ['a type is new', `${text}export type RoomCursor = {\n  id: string\n}\n`, 'some type that holds Room.id'],
    ['a compound unique is new', `${text}export type RoomABCompoundUniqueInput = {\n}\n`, '(found 1 times)'],
    ['results are not branded', text.replace('id:Db.RoomId', 'id: string'), 'Room.id in results'],
  ])('stops when %s', (_, changed, what) => {
    expect(() => brandModel(changed, model, 'Db')).toThrow(what);
  });
});

describe('what the schema says about types', () => {
  test('types are read from the lines above a field and from its own line, for text and JSON alike', () => {
    const schema = `
generator types {
  provider  = "prisma-json-types-generator"
  namespace = "Db"
}
model Room {
  /// Which one.
  /// [RoomId]
  id    String @id
  part  String /// [PartId]
  /// [Plan]
  plan  Json
  name  String
  @@unique([id, part])
  @@index([part, name])
}
`;

    expect(typedFieldsOf(schema)).toEqual({
      namespace: 'Db',
      models: [
        {
          name: 'Room',
          fields: [
            { name: 'id', isString: true, type: 'RoomId' },
            { name: 'part', isString: true, type: 'PartId' },
            { name: 'plan', isString: false, type: 'Plan' },
          ],
          compoundUniques: 1,
        },
      ],
    });
  });

  test('a type inside a sentence, which would have no effect, is refused', () => {
    expect(() => typedFieldsOf('model Room {\n  /// Which one. [RoomId]\n  id String @id\n}\n')).toThrow(
      'Room.id: put /// [RoomId] on a line of its own',
    );
  });
});
