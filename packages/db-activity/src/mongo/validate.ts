import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { DocumentInvalidError } from './errors.js';
import type { BsonType, CollectionSpec } from './spec.js';

/**
 * Judges a document by the collection's own `$jsonSchema` before it is sent, with the verdict that the server would give:
 * so the error is typed and says which rule, and servers without validators (FerretDB) get the same documents.
 *
 * @throws {DocumentInvalidError}
 */
export function validate(spec: CollectionSpec, document: object): void {
  const judge = validatorOf(spec);
  if (!judge(document)) throw new DocumentInvalidError(spec.name, (judge.errors ?? []).map(ruleOf));
}

const validators = new WeakMap<CollectionSpec, ValidateFunction>();

function validatorOf(spec: CollectionSpec): ValidateFunction {
  const known = validators.get(spec);
  if (known) return known;
  const ajv = new Ajv({ allErrors: true, strictTypes: false });
  ajv.addKeyword({
    keyword: 'bsonType',
    schemaType: ['string', 'array'],
    validate: (types: BsonType | readonly BsonType[], value: unknown) =>
      [types].flat().some((type) => isOfType[type as BsonType](value)),
    errors: false,
  });
  const made = ajv.compile(spec.schema);
  validators.set(spec, made);
  return made;
}

/** As the driver would write the value. */
const isOfType: Readonly<Record<BsonType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  date: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  // A whole number beyond 32 bits, and -0, travel as a double.
  int: (value) => typeof value === 'number' && (value | 0) === value && !Object.is(value, -0),
  object: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date),
};

/** Field and rule. What stands in the field stays out of messages. */
function ruleOf({ instancePath, keyword, params }: ErrorObject): string {
  const field = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'required') return `${params.missingProperty} is missing`;
  if (keyword === 'additionalProperties') return 'has a field that the collection has not';
  return `${field || 'the document'} breaks ${keyword}`;
}
