import type { Document, IndexSpecification } from 'mongodb';

/**
 * What a collection is: the one source of its validator, its indexes, its retention and what of it is personal.
 * `plan` compares it with a database, `validate` judges documents by it, erasure and retention are read from it.
 */
export interface CollectionSpec {
  readonly name: string;
  /** Raised with every change of the spec. Stands in each document as `schemaVersion`. */
  readonly version: number;
  /** MongoDB's `$jsonSchema`. */
  readonly schema: JsonSchema;
  readonly indexes: readonly IndexSpec[];
  /** Days after `at` at which a document expires. */
  readonly retentionDays: number;
  readonly personalData: readonly PersonalData[];
}

export interface IndexSpec {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
  /** The query that needs it and the function that sends that query. */
  readonly serves: string;
  readonly partialFilterExpression?: Document;
  /** 0: a document goes when the time in its field has come. */
  readonly expireAfterSeconds?: 0;
}

/** A field that tells something of a person, and what happens to it when the person asks to be forgotten. */
export interface PersonalData {
  readonly field: string;
  readonly onErasure: 'delete document' | 'expires';
  readonly reason: string;
}

/** As much of `$jsonSchema` as the specs use. */
export interface JsonSchema {
  readonly bsonType: BsonType | readonly BsonType[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean;
  readonly maxProperties?: number;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export type BsonType = 'object' | 'string' | 'date' | 'int';

/** As the driver takes it. */
export function indexKey(index: IndexSpec): IndexSpecification {
  return { ...index.key };
}

export const DAY = 86_400_000;

/**
 * The length makes the pattern exact: in the server's regular expressions `$` also matches before a last line feed,
 * in JavaScript's it does not.
 */
export const uuidField = {
  bsonType: 'string',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  minLength: 36,
  maxLength: 36,
} as const satisfies JsonSchema;

/** Lower-case words, dotted by area, as `analytics_events.event_name` in PostgreSQL. `(?!\n)` for the same reason. */
export const dottedNameField = {
  bsonType: 'string',
  pattern: '^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$(?!\\n)',
  maxLength: 100,
} as const satisfies JsonSchema;

export function textField(maxLength: number): JsonSchema {
  return { bsonType: 'string', minLength: 1, maxLength };
}
