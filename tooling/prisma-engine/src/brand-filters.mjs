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

/**
 * @returns {string} the text of a generated model file with its filters branded
 * @throws when anything is not shaped as expected: a Prisma upgrade must not lose the brand in silence
 */
export function brandModel(text, { name, fields, compoundUniques }, namespace) {
  const ids = fields.map((field) => ({ model: name, field: field.name, type: `${namespace}.${field.type}` }));
  const filters = (block) => ids.reduce((result, id) => brand(result, id, [asFilter]), block);
  const uniques = (block) => ids.reduce((result, id) => brand(result, id, [asFilter, asValue]), block);
  const compounds = (block) =>
    ids.filter((id) => has(block, id)).reduce((result, id) => brand(result, id, [asValue]), block);

  const branded = [
    { type: `${name}WhereInput`, change: filters, times: [1] },
    { type: `${name}WhereUniqueInput`, change: uniques, times: [1] },
    { type: `${name}ScalarWhereWithAggregatesInput`, change: filters, times: [1] },
    // Only models that are the many side of a relation have this one.
    { type: `${name}ScalarWhereInput`, change: filters, times: [0, 1] },
    { type: `${name}\\w+CompoundUniqueInput`, change: compounds, times: [compoundUniques] },
  ].reduce(changeTypes, text);

  for (const id of ids) {
    if (!brandedInResults(text, id)) throw unexpectedShape(`${name}.${id.field} in results`);
    if (plainAnywhere(branded, id)) throw unexpectedShape(`some type that holds ${name}.${id.field}`);
  }
  return branded;
}

/** Changes every declared type whose name matches. */
function changeTypes(text, { type, change, times }) {
  let found = 0;
  const result = text.replace(new RegExp(`^export type ${type} = [\\s\\S]*?^\\}`, 'gm'), (block) => {
    found += 1;
    return change(block);
  });
  if (!times.includes(found)) throw unexpectedShape(`${type} (found ${found} times)`);
  return result;
}

function brand(block, id, changes) {
  const result = changes.reduce((changed, change) => change(changed, id), block);
  if (result === block) throw unexpectedShape(`${id.model}.${id.field}`);
  return result;
}

/** prisma-json-types-generator has typed the filters of text columns (not of uuid ones), and only equality in them. */
function asFilter(block, { model, field, type }) {
  const filter = `(?:Prisma\\.(\\w+)<"${model}">|PJTG\\.Typed(\\w+)<${type}>)`;
  const line = new RegExp(`^(  ${field}\\?:) ?${filter}( \\| (?:string|${type}))?(?: \\| null)?$`, 'm');
  return block.replace(line, (_, key, untouched, retyped, value) => {
    const kind = untouched ?? retyped;
    const direct = value ? ` | ${type}${kind.includes('Nullable') ? ' | null' : ''}` : '';
    return `${key} BrandedFilter<Prisma.${kind}<"${model}">, ${type}>${direct}`;
  });
}

function asValue(block, { field, type }) {
  return block.replace(new RegExp(`^(  ${field}\\??: )string$`, 'm'), `$1${type}`);
}

const has = (block, { field }) => new RegExp(`^  ${field}\\??:`, 'm').test(block);

const plainAnywhere = (text, { field }) => new RegExp(`^  ${field}\\??: .*\\bstring\\b`, 'm').test(text);

/** The generator leaves a whole model out when no comment of its fields begins with a type. */
function brandedInResults(text, { model, field, type }) {
  const payload = new RegExp(`^export type \\$${model}Payload<[\\s\\S]*?^\\}`, 'm').exec(text)?.[0] ?? '';
  return new RegExp(`^    ${field}: ?\\(?${type}\\b`, 'm').test(payload);
}

function unexpectedShape(what) {
  return new Error(
    `${what} is not generated in the shape expected, so ids could not be branded. If Prisma was upgraded, see brand-filters.mjs.`,
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
