import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { typedFieldsOf } from './branded-fields.mjs';

/**
 * prisma-json-types-generator brands ids in results and in what is written; in `where` they stay plain strings, where
 * handing a `ModuleId` to a `userId` finds nothing and looks like an answer. This brands the filters and unique inputs.
 *
 * @param {string} schema text of all schema files
 * @param {string} generated folder of the generated client
 */
export function brandFilters(schema, generated) {
  const { namespace, models } = typedFieldsOf(schema);
  if (!namespace) return;

  writeFileSync(join(generated, 'branded-filter.ts'), BRANDED_FILTER);
  for (const model of models) {
    const fields = model.fields.filter(({ isString }) => isString);
    if (fields.length === 0) continue;
    const file = join(generated, 'models', `${model.name}.ts`);
    const branded = brandModel(readFileSync(file, 'utf8'), { ...model, fields }, namespace);
    // At the end, because `@ts-nocheck` only counts above the first statement.
    writeFileSync(file, `${branded}\nimport type { BrandedFilter } from '../branded-filter.js'\n`);
  }
}

/** @returns {string} the text of a generated model file with its filters branded */
export function brandModel(text, { name, fields, compoundUniques }, namespace) {
  const filters = fields.map((field) => ({
    ...field,
    id: `${namespace}.${field.type}`,
    filter: new RegExp(
      `^(  ${field.name}\\?: )(Prisma\\.\\w+Filter<"${name}">)( \\| string)?( \\| null)?$`,
      'm',
    ),
    value: new RegExp(`^(  ${field.name}\\??: )string$`, 'm'),
  }));
  const brandFilter = (block, { id, filter }) =>
    block.replace(filter, (_, key, type, value, nothing) =>
      [`${key}BrandedFilter<${type}, ${id}>`, ...(value ? [id] : [])].join(' | ').concat(nothing ?? ''),
    );
  const brandValue = (block, { id, value }) => block.replace(value, `$1${id}`);
  const isMember = (block, { name: field }) => new RegExp(`^  ${field}\\??:`, 'm').test(block);

  const all = (block) =>
    filters.reduce((result, field) => must(brandFilter(result, field), result, field), block);
  const unique = (block) =>
    filters.reduce(
      (result, field) => must(brandValue(brandFilter(result, field), field), result, field),
      block,
    );
  const compound = (block) =>
    filters
      .filter((field) => isMember(block, field))
      .reduce((result, field) => must(brandValue(result, field), result, field), block);

  const must = (after, before, field) => {
    if (after === before) throw unexpectedShape(`${name}.${field.name}`);
    return after;
  };
  const replaceBlocks = (source, type, brand, count) => {
    let found = 0;
    const result = source.replace(new RegExp(`^export type ${type} = [\\s\\S]*?^\\}`, 'gm'), (block) => {
      found += 1;
      return brand(block);
    });
    if (!count.includes(found)) throw unexpectedShape(`${type} (found ${found} times)`);
    return result;
  };

  const branded = [
    [`${name}WhereInput`, all, [1]],
    [`${name}WhereUniqueInput`, unique, [1]],
    [`${name}ScalarWhereWithAggregatesInput`, all, [1]],
    // Only models that are the many side of a relation have this one.
    [`${name}ScalarWhereInput`, all, [0, 1]],
    [`${name}\\w+CompoundUniqueInput`, compound, [compoundUniques]],
  ].reduce((source, [type, brand, count]) => replaceBlocks(source, type, brand, count), text);

  const forgotten = fields.find(({ name: field }) =>
    new RegExp(`^  ${field}\\??: .*\\bstring\\b`, 'm').test(branded),
  );
  if (forgotten) throw unexpectedShape(`a type that holds ${name}.${forgotten.name}`);
  return branded;
}

function unexpectedShape(what) {
  return new Error(
    `${what} is not generated in the shape expected, so ids could not be branded; this Prisma version generates something else. See brand-filters.mjs.`,
  );
}

const BRANDED_FILTER = `/** A filter of Prisma's whose operands are ids of one kind instead of plain strings. */
export type BrandedFilter<Filter, Id extends string> = {
  [Key in keyof Filter]: Key extends 'not'
    ? BrandedNegation<Filter[Key], Id>
    : Key extends 'equals' | 'in' | 'notIn' | 'lt' | 'lte' | 'gt' | 'gte' | 'has' | 'hasEvery' | 'hasSome'
      ? BrandedOperand<Filter[Key], Id>
      : Filter[Key];
};

type BrandedOperand<Operand, Id extends string> = Operand extends string
  ? Id
  : Operand extends string[]
    ? Id[]
    : Operand;

type BrandedNegation<Operand, Id extends string> = Operand extends string
  ? Id
  : Operand extends object
    ? BrandedFilter<Operand, Id>
    : Operand;
`;
