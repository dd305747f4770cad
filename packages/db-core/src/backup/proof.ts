import type { Client } from 'pg';

/** What a copy must have in common with its original. */
export interface Proof {
  /** Rows of each table, and the sum of their checksums, which no order changes. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly checksum: string }>>;
  /** Who owns what and who may do what with it, a line each. */
  readonly rights: readonly string[];
  /** Roles that the rights name. */
  readonly roles: readonly string[];
}

/** Texts of rows depend on these. */
const SETTINGS = `SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1;
  SET bytea_output = 'hex'; SET search_path = pg_catalog; SET statement_timeout = 0`;

const USER_SCHEMAS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

/** Partitions are parts of their tables. */
const TABLES = `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${USER_SCHEMAS} ORDER BY 1`;

/** A list that was never changed is null and means its owner's rights alone, or what PUBLIC has by default. */
const RIGHTS = `
  WITH things AS (
    SELECT 'schema ' || n.nspname AS thing, n.nspowner AS owner, coalesce(n.nspacl, acldefault('n', n.nspowner)) AS acl
      FROM pg_namespace n WHERE ${USER_SCHEMAS}
    UNION ALL
    SELECT 'table ' || n.nspname || '.' || c.relname, c.relowner,
           coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND ${USER_SCHEMAS}
    UNION ALL
    SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname, c.relowner, a.attacl
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE a.attacl IS NOT NULL AND ${USER_SCHEMAS}
    UNION ALL
    SELECT 'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proowner,
           coalesce(p.proacl, acldefault('f', p.proowner))
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${USER_SCHEMAS}
  ), entries AS (
    SELECT thing, owner, a.grantee, a.privilege_type, a.is_grantable FROM things
    LEFT JOIN LATERAL aclexplode(acl) a ON true
  )
  SELECT DISTINCT thing || ' of ' || o.rolname || ': ' || coalesce(e.privilege_type, 'nothing') || ' to ' ||
           coalesce(g.rolname, 'everybody') || CASE WHEN e.is_grantable AND e.grantee <> e.owner THEN ', who may grant it' ELSE '' END AS line,
         o.rolname AS owner, g.rolname AS grantee
    FROM entries e JOIN pg_roles o ON o.oid = e.owner LEFT JOIN pg_roles g ON g.oid = e.grantee ORDER BY 1`;

/** Reads everything, in the snapshot of the open transaction. Of a million rows in seconds. */
export async function proofOf(client: Client): Promise<Proof> {
  await client.query(SETTINGS);
  const { rows: names } = await client.query<{ name: string }>(TABLES);
  const tables: Record<string, { rows: number; checksum: string }> = {};
  for (const { name } of names) {
    const { rows } = await client.query<{ rows: string; checksum: string }>(
      `SELECT count(*) AS rows, coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text AS checksum FROM ${name} t`,
    );
    tables[name] = { rows: Number(rows[0]?.rows), checksum: rows[0]?.checksum ?? '' };
  }
  const { rows } = await client.query<{ line: string; owner: string; grantee: string | null }>(RIGHTS);
  const roles = new Set(
    rows.flatMap(({ owner, grantee }) => [owner, grantee]).filter((role) => role !== null),
  );
  return { tables, rights: rows.map(({ line }) => line), roles: [...roles].sort() };
}

/** What the copy has otherwise, in words; empty where it is the same. */
export function differences(original: Proof, copy: Proof): string[] {
  const names = [...new Set([...Object.keys(original.tables), ...Object.keys(copy.tables)])];
  const tables = names.flatMap((name) => {
    const [before, after] = [original.tables[name], copy.tables[name]];
    if (before === undefined) return [`${name} is not in the backup`];
    if (after === undefined) return [`${name} is missing`];
    if (before.rows !== after.rows) return [`${name} has ${after.rows} rows instead of ${before.rows}`];
    return before.checksum === after.checksum ? [] : [`${name} has other values in its ${before.rows} rows`];
  });
  const lost = original.rights.filter((line) => !copy.rights.includes(line)).map((line) => `lost: ${line}`);
  const added = copy.rights.filter((line) => !original.rights.includes(line)).map((line) => `added: ${line}`);
  return [...tables, ...lost, ...added];
}
