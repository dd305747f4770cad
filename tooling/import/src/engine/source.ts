import { ImportError } from '../errors.js';
import type { JsonObject } from '../json.js';
import { openDatabase } from './connect.js';
import { quoted } from './identifiers.js';
import type { Source } from './opened-source.js';
import { type SharedFacts, sharedFacts } from './shared-facts.js';
import type { Along, Step } from './step.js';

/** A row of the source as JSON, and the values that it was read by. */
export interface SourceRow {
  readonly key: readonly string[];
  readonly row: JsonObject;
}

/** Texts of a batch, in bytes: rows may be of any size, and memory may not. */
const BATCH_BYTES = 4_000_000;
const FIRST_LIMIT = 100;
export const GREATEST_LIMIT = 1_000;

/** The session cannot write: whatever goes wrong here, the source stays as it is. */
export async function openSource(url: string): Promise<Source> {
  const client = await openDatabase(url, 'source', 'SET default_transaction_read_only = on');
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.relname AS table, array_agg(a.attname::text) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname`,
  );
  const tables = new Map(rows.map(({ table, columns }) => [table, new Set(columns)]));
  if (!tables.has('auth.users')) {
    await client.end();
    throw new ImportError(
      'IMPORT_SOURCE_UNKNOWN',
      'The source has no table "auth.users" in its schema public. Name the database of the earlier package.',
    );
  }
  const { rows: names } = await client.query<{ identity: string }>(
    `SELECT concat_ws('/', system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())) AS identity
     FROM pg_control_system()`,
  );
  return { client, identity: names[0]?.identity ?? '', tables, close: () => client.end() };
}

/** Everything that commits from now on has this transaction number or a later one. */
export async function horizonOf(source: Source): Promise<bigint> {
  const { rows } = await source.client.query<{ horizon: string }>(
    'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon',
  );
  return BigInt(rows[0]?.horizon ?? 0);
}

/** Reads a step's rows in the order of their key. Ends with what was there when it came by; later rows are the next pass's. */
export class StepReader {
  readonly #source: Source;
  readonly #step: Step;
  readonly #since: bigint | null;
  readonly #shared: SharedFacts;
  #limit = FIRST_LIMIT;

  /** @param since only rows that a transaction of this number or a later one wrote; null for all. */
  constructor(source: Source, step: Step, since: bigint | null) {
    this.#source = source;
    this.#step = step;
    this.#since = since;
    this.#shared = sharedFacts(source, step);
  }

  async after(key: readonly string[] | null): Promise<readonly SourceRow[]> {
    const order = orderOf(this.#step);
    const columns = order.map((column) => `t.${quoted(column)}`);
    const conditions = [this.#changed()];
    if (key !== null)
      conditions.push(`(${columns.join(', ')}) > (${order.map((_, at) => `$${at + 2}`).join(', ')})`);
    const { rows } = await this.#source.client.query<{ key: string[]; row: string }>({
      text: `SELECT ${keySql(this.#step)} AS key, ${rowSql(this.#source, this.#step)} AS row
        FROM ${quoted(this.#step.from)} t WHERE ${conditions.join(' AND ')}
        ORDER BY ${columns.join(', ')} LIMIT $1`,
      values: [this.#limit, ...(key ?? [])],
    });
    const bytes = rows.reduce((sum, { row }) => sum + row.length, 0);
    const fitting = Math.floor((this.#limit * BATCH_BYTES) / Math.max(bytes, 1));
    this.#limit = Math.max(1, Math.min(fitting, this.#limit * 2, GREATEST_LIMIT));
    return this.#shared(rows.map(({ key, row }) => ({ key, row: JSON.parse(row) as JsonObject })));
  }

  /**
   * `xmin` is the transaction that wrote a row's present version. It tells of every change, whether or not the table has a
   * column with the time of it. Its number has 32 bits, so ages are compared. A row that is older than two billion
   * transactions may be read in vain, and none is left out.
   */
  #changed(): string {
    if (this.#since === null) return 'true';
    const horizon = `'${this.#since % 2n ** 32n}'::xid`;
    const own = `age(t.xmin) <= age(${horizon})`;
    const others = [...Object.values(this.#step.along ?? {}), ...(this.#step.changedBy ?? [])];
    const along = others
      .filter(({ from }) => this.#source.tables.has(from))
      .map((each) => `EXISTS (SELECT ${fromSql(each)} AND age(a.xmin) <= age(${horizon}))`);
    return `(${[own, ...along].join(' OR ')})`;
  }
}

/** Rows with these keys, those that are still there. */
export async function readRows(
  source: Source,
  step: Step,
  keys: readonly (readonly string[])[],
): Promise<readonly SourceRow[]> {
  const identity = identityOf(step);
  const skipped = orderOf(step).length - identity.length;
  const same = identity.map((column, at) => `t.${quoted(column)} = k.key ->> ${at + skipped}`);
  const { rows } = await source.client.query<{ key: string[]; row: string }>(
    `SELECT ${keySql(step)} AS key, ${rowSql(source, step)} AS row
     FROM jsonb_array_elements($1::jsonb) AS k(key) JOIN ${quoted(step.from)} t ON ${same.join(' AND ')}
     ORDER BY ${orderOf(step)
       .map((column) => `t.${quoted(column)}`)
       .join(', ')}`,
    [JSON.stringify(keys)],
  );
  return sharedFacts(source, step)(rows.map(({ key, row }) => ({ key, row: JSON.parse(row) as JsonObject })));
}

export function identityOf(step: Step): readonly string[] {
  return step.identity ?? ['id'];
}

/** What the earlier database has of a step: none where it is an older one. */
export function exists(source: Source, step: Step): boolean {
  return source.tables.has(step.from);
}

function orderOf(step: Step): readonly string[] {
  return step.orderBy === undefined ? identityOf(step) : [step.orderBy, ...identityOf(step)];
}

function keySql(step: Step): string {
  return `ARRAY[${orderOf(step)
    .map((column) => `t.${quoted(column)}::text`)
    .join(', ')}]`;
}

function alongOf(source: Source, step: Step) {
  return Object.entries(step.along ?? {}).filter(([, { from }]) => source.tables.has(from));
}

function fromSql({ from, by, through }: Along): string {
  return through === undefined
    ? `FROM ${quoted(from)} a WHERE a.${quoted(by)} = t."id"`
    : `FROM ${quoted(through.from)} b JOIN ${quoted(from)} a ON a.${quoted(by)} = b."id" WHERE b.${quoted(through.by)} = t."id"`;
}

function rowSql(source: Source, step: Step): string {
  const along = alongOf(source, step).map(
    ([name, each]) =>
      `'${name}', coalesce((SELECT jsonb_agg(to_jsonb(a) ORDER BY a."id") ${fromSql(each)}), '[]')`,
  );
  const facts = Object.entries(step.facts ?? {}).map(([name, sql]) => `'${name}', (${sql})`);
  const more = [...along, ...facts];
  return more.length === 0
    ? 'to_jsonb(t)::text'
    : `(to_jsonb(t) || jsonb_build_object(${more.join(', ')}))::text`;
}
