import type { Client, Pool } from 'pg';

export type ObjectKind = 'check' | 'unique' | 'foreign key' | 'exclusion' | 'rule';

/** Something of the database that refuses writes, under the name that the refusal carries. */
export interface NamedObject {
  name: string;
  kind: ObjectKind;
  table: string;
  /** The names a refusal may carry instead: a partition's copy of a unique index has a name of its own. */
  alsoKnownAs: string[];
  /**
   * Statements of which each takes the object, or one of the triggers that raise it, away. A rule raised by two
   * triggers (say, UPDATE and TRUNCATE) has two, because each of them must be missed by some case.
   */
  disarm: string[];
}

/**
 * The list comes from the catalogs, never from a file: a constraint that nobody thought of testing is found here.
 * Primary keys and NOT NULL need no case. Partitions are left out, their copies stand and fall with the parent's.
 */
export async function namedObjects(database: Pool | Client): Promise<NamedObject[]> {
  const constraints = await database.query<NamedObject>(CONSTRAINTS);
  const indexes = await database.query<NamedObject>(UNIQUE_INDEXES);
  const triggers = await database.query<TriggerRow>(TRIGGERS);
  return [...constraints.rows, ...indexes.rows, ...rulesOf(triggers.rows)].sort(
    (a, b) => compare(a.table, b.table) || compare(a.name, b.name),
  );
}

/** A trigger that refuses nothing, and so has no name to be refused by. */
export interface SilentTrigger {
  name: string;
  disarm: string;
}

/** Triggers that lock or fill in: what they do must be shown in another way than by a refusal. */
export async function silentTriggers(database: Pool | Client): Promise<SilentTrigger[]> {
  const { rows } = await database.query<TriggerRow>(TRIGGERS);
  return rows
    .filter((row) => rulesRaisedBy(row).size === 0)
    .map(({ trigger, disarm }) => ({ name: trigger, disarm }))
    .sort((a, b) => compare(a.name, b.name));
}

/** An index for a part of a table that refuses nothing; Prisma's diff does not see it. */
export interface PartialIndex {
  name: string;
  drop: string;
}

export async function partialIndexes(database: Pool | Client): Promise<PartialIndex[]> {
  const { rows } = await database.query<PartialIndex>(PARTIAL_INDEXES);
  return rows;
}

const OUR_SCHEMAS = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'pgboss')`;

const CONSTRAINTS = `
  SELECT c.conname AS name,
         CASE c.contype WHEN 'c' THEN 'check' WHEN 'u' THEN 'unique'
                        WHEN 'f' THEN 'foreign key' ELSE 'exclusion' END AS kind,
         coalesce(r.relname, d.typname) AS "table",
         ARRAY(SELECT relid::regclass::text FROM pg_partition_tree(nullif(c.conindid, 0))) AS "alsoKnownAs",
         ARRAY[CASE WHEN c.contypid = 0
                    THEN format('ALTER TABLE %I.%I DROP CONSTRAINT %I CASCADE', n.nspname, r.relname, c.conname)
                    ELSE format('ALTER DOMAIN %I.%I DROP CONSTRAINT %I', n.nspname, d.typname, c.conname) END] AS disarm
  FROM pg_constraint c
  JOIN pg_namespace n ON n.oid = c.connamespace
  LEFT JOIN pg_class r ON r.oid = c.conrelid
  LEFT JOIN pg_type d ON d.oid = c.contypid
  WHERE ${OUR_SCHEMAS} AND c.contype IN ('c', 'u', 'f', 'x') AND NOT coalesce(r.relispartition, false)`;

/** A unique over the primary key and more refuses nothing of its own: it is the target of a composite foreign key. */
const UNIQUE_INDEXES = `
  SELECT i.relname AS name, 'unique' AS kind, r.relname AS "table",
         ARRAY(SELECT relid::regclass::text FROM pg_partition_tree(i.oid)) AS "alsoKnownAs",
         ARRAY[format('DROP INDEX %I.%I CASCADE', n.nspname, i.relname)] AS disarm
  FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class r ON r.oid = x.indrelid
  JOIN pg_namespace n ON n.oid = i.relnamespace
  WHERE ${OUR_SCHEMAS} AND x.indisunique AND NOT x.indisprimary AND NOT r.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('u', 'x'))
    AND NOT EXISTS (
      SELECT FROM pg_index p
      WHERE p.indrelid = x.indrelid AND p.indisprimary AND p.indkey::int2[] <@ x.indkey::int2[])`;

const PARTIAL_INDEXES = `
  SELECT i.relname AS name, format('DROP INDEX %I.%I', n.nspname, i.relname) AS drop
  FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class r ON r.oid = x.indrelid
  JOIN pg_namespace n ON n.oid = i.relnamespace
  WHERE ${OUR_SCHEMAS} AND x.indpred IS NOT NULL AND NOT x.indisunique AND NOT x.indisexclusion AND NOT r.relispartition
  ORDER BY 1`;

interface TriggerRow {
  trigger: string;
  table: string;
  source: string;
  arguments: string;
  disarm: string;
}

const TRIGGERS = `
  SELECT t.tgname AS trigger, r.relname AS "table", p.prosrc AS source, encode(t.tgargs, 'escape') AS arguments,
         format('DROP TRIGGER %I ON %I.%I', t.tgname, n.nspname, r.relname) AS disarm
  FROM pg_trigger t
  JOIN pg_class r ON r.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = r.relnamespace
  JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE ${OUR_SCHEMAS} AND NOT t.tgisinternal AND t.tgparentid = 0 AND NOT r.relispartition`;

function rulesOf(triggers: TriggerRow[]): NamedObject[] {
  const rules = new Map<string, NamedObject>();
  for (const row of triggers) {
    for (const name of rulesRaisedBy(row)) {
      const rule = rules.get(name);
      if (rule) rule.disarm.push(row.disarm);
      else rules.set(name, { name, kind: 'rule', table: row.table, alsoKnownAs: [], disarm: [row.disarm] });
    }
  }
  return [...rules.values()];
}

/**
 * A function names its rules as literals, or takes the name as the trigger's argument when several tables share it.
 * One that raises without a name is listed under its trigger's: no case can satisfy that, so it gets noticed.
 */
function rulesRaisedBy({ trigger, source, arguments: encoded }: TriggerRow): Set<string> {
  const args = encoded.split('\\000');
  const names = [...source.matchAll(/\bCONSTRAINT\s*=\s*(?:'([^']+)'|TG_ARGV\[(\d+)\])/gi)].map(
    ([, literal, position]) => literal ?? args[Number(position)] ?? trigger,
  );
  if (names.length === 0 && /\bRAISE\s+(EXCEPTION\b|SQLSTATE\b|USING\b|')/i.test(source)) names.push(trigger);
  return new Set(names);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
