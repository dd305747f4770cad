import type { MigrationFile } from './files.js';
import { withoutComments } from './statements.js';

/** What a CONCURRENTLY file does, its names as they are written there (quoted where they are). */
export type ConcurrentStatement =
  | IndexCreation
  | { readonly kind: 'drop index' | 'reindex'; readonly name: string }
  | { readonly kind: 'detach'; readonly parent: string; readonly partition: string };

export interface IndexCreation {
  readonly kind: 'create index';
  readonly name: string;
  readonly table: string;
  readonly unique: boolean;
  /** What follows the table: method, columns, condition. */
  readonly definition: string;
}

const identifier = '(?:"(?:[^"]|"")+"|[A-Za-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*)';
const qualified = `${identifier}(?:\\s*\\.\\s*${identifier})?`;
const createIndex = new RegExp(
  `^CREATE\\s+(UNIQUE\\s+)?INDEX\\s+CONCURRENTLY\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(${identifier})\\s+ON\\s+(?:ONLY\\s+)?` +
    `((?:(${identifier})\\s*\\.\\s*)?${identifier})([\\s(][\\s\\S]*)$`,
  'i',
);
const dropIndex = new RegExp(
  `^DROP\\s+INDEX\\s+CONCURRENTLY\\s+(?:IF\\s+EXISTS\\s+)?(${qualified})\\s*(?:CASCADE|RESTRICT)?$`,
  'i',
);
// The file is a concurrent one, so that the word stands in one place or the other.
const reindex = new RegExp(
  `^REINDEX\\s*(?:\\([^)]*\\)\\s*)?(?:INDEX|TABLE)\\s+(?:CONCURRENTLY\\s+)?(${qualified})$`,
  'i',
);
const detach = new RegExp(
  `^ALTER\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?(${qualified})\\s+DETACH\\s+PARTITION\\s+(${qualified})\\s+CONCURRENTLY$`,
  'i',
);

export function concurrentStatement({
  statements: [statement],
}: Pick<MigrationFile, 'statements'>): ConcurrentStatement | undefined {
  const text = statement ? withoutComments(statement).trim() : '';
  const [, unique, created, table, schema, definition] = createIndex.exec(text) ?? [];
  if (created && table && definition) {
    // An index lives in the schema of its table, whatever the search path.
    const name = schema ? `${schema}.${created}` : created;
    return { kind: 'create index', name, table, unique: unique !== undefined, definition };
  }
  const dropped = dropIndex.exec(text)?.[1];
  if (dropped) return { kind: 'drop index', name: dropped };
  const rebuilt = reindex.exec(text)?.[1];
  if (rebuilt) return { kind: 'reindex', name: rebuilt };
  const [, parent, partition] = detach.exec(text) ?? [];
  return parent && partition ? { kind: 'detach', parent, partition } : undefined;
}
