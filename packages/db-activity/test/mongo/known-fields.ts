import type { Document } from 'bson';

/**
 * What MongoDB knows of the commands that this package sends. It refuses a command, a write concern or a `$jsonSchema`
 * with a field beyond these, where other servers that speak its protocol overlook them; so the double refuses as well.
 */
const generic = ['$db', '$clusterTime', '$readPreference', 'lsid', 'txnNumber', 'maxTimeMS', 'comment'];
const validation = ['validator', 'validationLevel', 'validationAction'];

const commandFields: Readonly<Record<string, readonly string[]>> = {
  create: validation,
  collMod: [...validation, 'index'],
  createIndexes: ['indexes', 'commitQuorum'],
  dropIndexes: ['index'],
  insert: ['documents', 'ordered', 'bypassDocumentValidation'],
  update: ['updates', 'ordered', 'let', 'bypassDocumentValidation'],
  delete: ['deletes', 'ordered', 'let'],
  findAndModify: ['query', 'update', 'upsert', 'new', 'remove', 'sort', 'fields', 'let'],
};
const indexFields = [
  'name',
  'key',
  'unique',
  'sparse',
  'hidden',
  'expireAfterSeconds',
  'partialFilterExpression',
];
const writeConcernFields = ['w', 'j', 'wtimeout'];
const schemaKeywords = [
  ...['bsonType', 'description', 'enum', 'required', 'properties', 'additionalProperties'],
  ...['maxProperties', 'minProperties', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'items'],
];

/** The first field that MongoDB would not know, by its path; none when the command may run. */
export function unknownField(command: Document): string | undefined {
  const [name = ''] = Object.keys(command);
  const known = commandFields[name];
  if (known === undefined) return undefined;
  return (
    beyond([name, ...generic, ...known, 'writeConcern'], command, name) ??
    beyond(writeConcernFields, command.writeConcern, 'writeConcern') ??
    firstOf<Document>(command.indexes, (index) => beyond(indexFields, index, `index ${index.name}`)) ??
    unknownKeyword(command.validator?.$jsonSchema, '$jsonSchema')
  );
}

function unknownKeyword(schema: Document | undefined, path: string): string | undefined {
  return (
    beyond(schemaKeywords, schema, path) ??
    firstOf(Object.entries(schema?.properties ?? {}), ([field, inner]) =>
      unknownKeyword(inner as Document, `${path}.${field}`),
    )
  );
}

function beyond(known: readonly string[], document: Document | undefined, path: string): string | undefined {
  const unknown = Object.keys(document ?? {}).find((field) => !known.includes(field));
  return unknown === undefined ? undefined : `${path}.${unknown}`;
}

function firstOf<Item>(
  items: readonly Item[] | undefined,
  search: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items ?? []) {
    const found = search(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
