import type { Service } from './service.js';

/** What becomes of a row when the row that it refers to is gone. */
export type ReferenceAction =
  /** The row goes as well. */
  | 'delete'
  /** The column becomes null; the row is still worth something without it. */
  | 'nullify'
  /** The id is replaced by a random one, the same in all rows of that person: they stay together and lead nowhere. */
  | 'anonymize'
  /** Nothing changes, because the id alone says nothing about anybody any more. */
  | 'keep';

/**
 * A column whose value comes from another service's database, where no foreign key can reach. What a foreign key would
 * do is written here instead, and done by each service when it hears that the row is gone.
 */
export interface CrossServiceReference {
  /** Whose database holds the column. */
  service: Service;
  store: 'postgresql' | 'mongodb';
  /** A collection, in MongoDB. */
  table: string;
  /** A field, in MongoDB. */
  column: string;
  /** Service and entity, as in `auth.user`. */
  refersTo: `${Service}.${string}`;
  /** What the column holds of it. Default: its id. */
  by?: 'email';
  onDelete: ReferenceAction;
  reason: string;
}
