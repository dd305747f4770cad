import { type Document, Double, deserialize, Int32, Long, serialize } from 'bson';
import type { CollectionSpec, JsonSchema } from '../../src/mongo/spec.js';

/**
 * Whether MongoDB takes a document, by the manual's account of `$jsonSchema`, on the very bytes that the driver sends. It
 * shares nothing with `validate`, which judges JavaScript values by ajv: types are those of BSON, characters are
 * counted as code points, and `$` in a pattern also matches before a last line feed, as in the server's PCRE.
 */
export function bsonVerdict({ schema }: CollectionSpec, document: Document): boolean {
  const stored = deserialize(serialize(document, { ignoreUndefined: false }), {
    promoteValues: false,
    promoteLongs: false,
  });
  return accepts(schema, stored);
}

const understood = new Set([
  ...['bsonType', 'description', 'enum', 'required', 'properties', 'additionalProperties'],
  ...['maxProperties', 'pattern', 'minLength', 'maxLength'],
]);

function accepts(schema: JsonSchema, value: unknown): boolean {
  const strange = Object.keys(schema).find((keyword) => !understood.has(keyword));
  if (strange !== undefined) throw new Error(`this reading of $jsonSchema knows no ${strange}`);

  const type = bsonTypeOf(value);
  if (![schema.bsonType].flat().some((wanted) => wanted === type)) return false;
  if (schema.enum && !schema.enum.some((member) => member === plain(value))) return false;
  if (type === 'string') return acceptsText(schema, value as string);
  if (type === 'object') return acceptsFields(schema, value as Document);
  return true;
}

function acceptsText({ minLength = 0, maxLength = Infinity, pattern }: JsonSchema, text: string): boolean {
  const characters = [...text].length;
  return (
    characters >= minLength &&
    characters <= maxLength &&
    (pattern === undefined || new RegExp(pattern.replaceAll('$', '(?=\\n?$)'), 'u').test(text))
  );
}

function acceptsFields(schema: JsonSchema, value: Document): boolean {
  const { required = [], properties = {}, additionalProperties = true, maxProperties = Infinity } = schema;
  const fields = Object.keys(value);
  return (
    fields.length <= maxProperties &&
    required.every((field) => fields.includes(field)) &&
    fields.every((field) => {
      const inner = properties[field];
      return inner === undefined ? additionalProperties : accepts(inner, value[field]);
    })
  );
}

function bsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Int32) return 'int';
  if (value instanceof Double) return 'double';
  if (value instanceof Long) return 'long';
  if (value instanceof Date) return 'date';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function plain(value: unknown): unknown {
  return value instanceof Int32 || value instanceof Double ? value.value : value;
}
