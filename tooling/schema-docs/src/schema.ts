import internals from '@prisma/internals';
import { type Service, schemaFiles, type TextFile } from './repository.js';
import { indexComments, partsOf, relationConstraints } from './schema-source.js';

export interface Schema {
  models: Model[];
  enums: Enum[];
}

export interface Model {
  name: string;
  table: string;
  /** The part of the domain: the name of the file that declares it, such as `sessions`. */
  part: string;
  doc: string;
  fields: Field[];
  relations: Relation[];
  keys: Key[];
}

/** A column. Relation fields, which have none, are `Relation`s. */
export interface Field {
  name: string;
  column: string;
  /** Prisma's type: a scalar or the name of an enum. */
  type: string;
  /** As written after `@db.`, for example `Timestamptz(3)`. */
  nativeType: string | undefined;
  /** The TypeScript type that the doc comment names in brackets: a branded id or a JSON shape. */
  typescript: string | undefined;
  doc: string;
  nullable: boolean;
  list: boolean;
  default: string | undefined;
  isId: boolean;
  isUpdatedAt: boolean;
}

export interface Relation {
  name: string;
  target: string;
  list: boolean;
  /** Empty on the side that holds no foreign key. */
  fields: string[];
  references: string[];
  onDelete: string | undefined;
  constraint: string | undefined;
}

export interface Key {
  kind: 'primary' | 'unique' | 'index';
  name: string | undefined;
  fields: { name: string; descending: boolean }[];
  /** The `//` lines above an `@@index`: the query it serves. */
  comment: string | undefined;
}

export interface Enum {
  name: string;
  doc: string;
  members: { name: string; doc: string }[];
}

type Dmmf = Awaited<ReturnType<typeof internals.getDMMF>>['datamodel'];
type DmmfModel = Dmmf['models'][number];
type DmmfField = DmmfModel['fields'][number];

export async function readSchema(service: Service): Promise<Schema> {
  return parseSchema(schemaFiles(service));
}

/** What Prisma itself understands of the files, with the two things its model leaves out: comments and names. */
export async function parseSchema(files: TextFile[]): Promise<Schema> {
  const { datamodel } = await internals.getDMMF({ datamodel: files.map(({ path, text }) => [path, text]) });
  const source = files.map(({ text }) => text).join('\n');
  const comments = indexComments(source);
  const constraints = relationConstraints(source);
  const parts = partsOf(files);

  return {
    models: datamodel.models.map((model) => ({
      name: model.name,
      table: model.dbName ?? model.name,
      part: parts.get(model.name) ?? '',
      doc: model.documentation ?? '',
      fields: model.fields.filter(({ kind }) => kind !== 'object').map(columnOf),
      relations: model.fields
        .filter(({ kind }) => kind === 'object')
        .map((field) => relationOf(field, constraints.get(`${model.name}.${field.name}`))),
      keys: keysOf(model, datamodel.indexes, comments),
    })),
    enums: datamodel.enums.map(({ name, documentation, values }) => ({
      name,
      doc: documentation ?? '',
      members: values.map((value) => ({ name: value.name, doc: documentationOf(value) })),
    })),
  };
}

// Prisma's types say that a member has no documentation; its parser returns it.
function documentationOf(value: object): string {
  return 'documentation' in value && typeof value.documentation === 'string' ? value.documentation : '';
}

const BRACKET_TYPE = /!?\[([^\]]+)\]/;

function columnOf(field: DmmfField): Field {
  const documentation = field.documentation ?? '';
  return {
    name: field.name,
    column: field.dbName ?? field.name,
    type: field.type,
    nativeType: nativeTypeOf(field),
    typescript: BRACKET_TYPE.exec(documentation)?.[1],
    doc: documentation.replace(BRACKET_TYPE, '').trim(),
    nullable: !field.isRequired,
    list: field.isList,
    default: defaultOf(field),
    isId: field.isId,
    isUpdatedAt: field.isUpdatedAt ?? false,
  };
}

function nativeTypeOf({ nativeType }: DmmfField): string | undefined {
  if (!nativeType) return undefined;
  const [name, args] = nativeType;
  return args.length > 0 ? `${name}(${args.join(', ')})` : name;
}

function defaultOf({ default: value, isUpdatedAt }: DmmfField): string | undefined {
  if (value === undefined) return isUpdatedAt ? '@updatedAt' : undefined;
  if (typeof value === 'object' && 'name' in value) return `${value.name}(${value.args.join(', ')})`;
  return JSON.stringify(value);
}

function relationOf(field: DmmfField, constraint: string | undefined): Relation {
  return {
    name: field.name,
    target: field.type,
    list: field.isList,
    fields: [...(field.relationFromFields ?? [])],
    references: [...(field.relationToFields ?? [])],
    onDelete: field.relationOnDelete,
    constraint,
  };
}

const kinds = { id: 'primary', unique: 'unique', normal: 'index', fulltext: 'index' } as const;

function keysOf(model: DmmfModel, indexes: Dmmf['indexes'], comments: Map<string, string>): Key[] {
  return indexes
    .filter((index) => index.model === model.name)
    .map(({ type, dbName, fields }) => ({
      kind: kinds[type],
      name: dbName,
      fields: fields.map(({ name, sortOrder }) => ({ name, descending: sortOrder === 'desc' })),
      comment: dbName === undefined ? undefined : comments.get(dbName),
    }));
}
