import { type CollectionSpec, collectionSpecs, type JsonSchema } from '@codezest/db-activity/mongo';
import { code, listed, table } from './text.js';

/** The collections in MongoDB: fields as the validator wants them, indexes with the query that each serves, retention. */
export function collectionsAsMarkdown(): string {
  return collectionSpecs.map(collectionSection).join('\n\n');
}

function collectionSection(spec: CollectionSpec): string {
  const required = spec.schema.required ?? [];
  const personal = new Map(spec.personalData.map(({ field, ...rest }) => [field, rest]));
  return [
    `#### ${code(spec.name)}`,
    `Version ${spec.version}. A document expires ${spec.retentionDays} days after ${code('at')}; a field that is not here is refused.`,
    table(
      ['field', 'type', 'required', 'at erasure'],
      Object.entries(spec.schema.properties ?? {}).map(([field, schema]) => {
        const found = personal.get(field);
        return [
          field,
          typeOf(schema),
          required.includes(field) ? 'yes' : '',
          found ? `${found.onErasure}: ${found.reason}` : '',
        ];
      }),
    ),
    ...listed(
      'Indexes',
      spec.indexes.map(({ name, key, partialFilterExpression, serves }) => {
        const fields = Object.entries(key).map(
          ([field, direction]) => `${field}${direction === -1 ? ' desc' : ''}`,
        );
        const where = partialFilterExpression
          ? `, where ${code(JSON.stringify(partialFilterExpression))}`
          : '';
        return `(${fields.join(', ')})${where} ${code(name)}: ${serves}`;
      }),
    ),
  ].join('\n\n');
}

function typeOf({ bsonType, enum: members, maxLength, maxProperties, pattern }: JsonSchema): string {
  const bounds = [
    members && `one of ${members.join(', ')}`,
    pattern && code(pattern),
    maxLength && `at most ${maxLength} characters`,
    maxProperties && `at most ${maxProperties} keys`,
  ].filter(Boolean);
  return [[bsonType].flat().join(' or '), ...bounds].join(', ');
}
