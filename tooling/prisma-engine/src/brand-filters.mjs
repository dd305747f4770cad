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
  const typed = fields.map((field) => {
    const id = `${namespace}.${field.type}`;
    return {
      ...field,
      id,
      // prisma-json-types-generator types the filters of text columns (not of uuid ones), and only equality in them.
      filter: new RegExp(
        `^(  ${field.name}\\?:) ?(?:Prisma\\.(\\w+)<"${name}">|PJTG\\.Typed(\\w+)<${id}>)( \\| (?:string|${id}))?(?: \\| null)?$`,
        'm',
      ),
      value: new RegExp(`^(  ${field.name}\\??: )string$`, 'm'),
    };
  });
  const brandFilter = (block, { id, filter }) =>
    block.replace(filter, (_, key, untouched, retyped, value) => {
      const type = untouched ?? retyped;
      const direct = value ? ` | ${id}${type.includes('Nullable') ? ' | null' : ''}` : '';
      return `${key} BrandedFilter<Prisma.${type}<"${name}">, ${id}>${direct}`;
    });
  const brandValue = (block, { id, value }) => block.replace(value, `$1${id}`);
  const isMember = (block, { name: field }) => new RegExp(`^  ${field}\\??:`, 'm').test(block);

  const all = (block) =>
    typed.reduce((result, field) => must(brandFilter(result, field), result, field), block);
  const unique = (block) =>
    typed.reduce(
      (result, field) => must(brandValue(brandFilter(result, field), field), result, field),
      block,
    );
  const compound = (block) =>
    typed
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

  const lost = typed.find(
    ({ name: field, id }) => !new RegExp(`^    ${field}: ?\\(?${id}\\b`, 'm').test(payloadOf(text, name)),
  );
  if (lost) throw unexpectedShape(`${name}.${lost.name} in results`);
  const forgotten = fields.find(({ name: field }) =>
    new RegExp(`^  ${field}\\??: .*\\bstring\\b`, 'm').test(branded),
  );
  if (forgotten) throw unexpectedShape(`a type that holds ${name}.${forgotten.name}`);
  return branded;
}

/**
 * The types of results are the work of prisma-json-types-generator, which leaves a model out when it sees no type at
 * the very start of any field's comment.
 */
function payloadOf(text, model) {
  return new RegExp(`^export type \\$${model}Payload<[\\s\\S]*?^\\}`, 'm').exec(text)?.[0] ?? '';
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
