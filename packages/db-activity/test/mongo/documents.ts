import fc from 'fast-check';
import type { CollectionSpec, JsonSchema } from '../../src/mongo/spec.js';

/** Documents that a spec's schema accepts, made from the schema itself, and the same with one thing wrong. */
export function validDocuments({ schema }: CollectionSpec): fc.Arbitrary<Record<string, unknown>> {
  const required = [...(schema.required ?? [])];
  const properties = Object.entries(schema.properties ?? {});
  const fields = Object.fromEntries(properties.map(([name, field]) => [name, validValue(field)]));
  return fc.record(fields, { requiredKeys: required });
}

export function mutatedDocuments(spec: CollectionSpec): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(spec.schema.properties ?? {});
  const required = [...(spec.schema.required ?? [])];
  return fc.oneof(
    fc
      .tuple(validDocuments(spec), fc.constantFrom(...required))
      .map(([document, name]) => without(document, name)),
    fc
      .tuple(validDocuments(spec), fc.constantFrom(...names), wrongForAll)
      .map(([document, name, value]) => ({ ...document, [name]: value })),
    fc
      .tuple(validDocuments(spec), fc.constantFrom('token', 'cache', 'ID'))
      .map(([document, name]) => ({ ...document, [name]: 'x' })),
    fc
      .tuple(validDocuments(spec), fc.constantFrom(...patterned(spec)), fc.constantFrom('\n', ' ', 'Ä', '$'))
      .map(([document, name, end]) => ({ ...document, [name]: `${document[name] ?? 'a'}${end}` })),
  );
}

/** Inside of free-form objects, where the schema asks for nothing. */
const anyValue = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(true, null),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.record({ inner: fc.string() }),
);

/** Of no type that a field has. */
const wrongForAll = fc.constantFrom<unknown>(null, true, 1.5, -0.5, 2 ** 40, [], ['a'], '');

function without(document: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== name));
}

function patterned({ schema }: CollectionSpec): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, { pattern }]) => (pattern ? [name] : []));
}

function validValue(field: JsonSchema): fc.Arbitrary<unknown> {
  if (field.enum) return fc.constantFrom(...field.enum);
  if (field.pattern?.startsWith('^[0-9a-f]{8}')) return fc.uuid();
  if (field.pattern) return fc.stringMatching(/^[a-z][a-z0-9_]{0,20}(\.[a-z][a-z0-9_]{0,20}){0,3}$/);
  if (field.bsonType === 'date') return fc.date({ min: new Date(0), noInvalidDate: true });
  if (field.bsonType === 'object') return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), anyValue);
  // Also beyond the basic plane: both sides must count characters alike.
  return fc.string({
    unit: fc.constantFrom('a', 'Z', '0', ' ', 'ß', '한', '😀'),
    minLength: field.minLength ?? 0,
    maxLength: Math.min(field.maxLength ?? 50, 45),
  });
}
