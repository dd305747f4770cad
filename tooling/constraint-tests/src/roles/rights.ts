import type { Client } from 'pg';
import { type RoleKind, type RoleNames, roleKinds } from './test-roles.js';

/** One right that a role could have on an object, and whether it has it. */
export interface Right {
  readonly role: RoleKind | 'public';
  readonly kind: 'database' | 'schema' | 'table' | 'column' | 'sequence' | 'function';
  /** The object, or the table of a column: what a paragraph of the text is about. */
  readonly place: string;
  readonly object: string;
  /** Of a column: its table, as SQL names it. */
  readonly sqlName: string;
  readonly right: string;
  readonly held: boolean;
}

/** All rights of all roles on all objects of ours, from the catalogs. */
export async function rightsOf(client: Client, names: RoleNames): Promise<Right[]> {
  const kinds = [...roleKinds, 'public'];
  const { rows } = await client.query<Right>({
    text: RIGHTS,
    values: [kinds, [...roleKinds.map((kind) => names[kind]), 'public']],
  });
  return rows;
}

/**
 * The rights as text, an object per paragraph and a role per line. Names of partitions carry a month and those of
 * databases are the test's, so they are written as what they are.
 */
export function rightsAsText(rights: Right[]): string {
  const objects = new Map<string, Map<string, string[]>>();
  for (const { role, kind, object, right, held } of rights) {
    const [table = '', column] = kind === 'column' ? object.split(/\.(?=[^.]+$)/) : [object];
    const title = `${kind === 'column' ? 'table' : kind} ${table.replace(/_\d{4}_\d{2}$/, '_<month>')}`;
    const roles = objects.get(title) ?? new Map<string, string[]>();
    objects.set(title, roles);
    if (!held) continue;
    const held_ = roles.get(role) ?? [];
    roles.set(role, held_);
    const text = column === undefined ? right : `${right} ${column}`;
    if (!held_.includes(text)) held_.push(text);
  }
  return [...objects]
    .map(([title, roles]) =>
      [title, ...[...roles].map(([role, held]) => `  ${role.padEnd(13)}${inOrder(held)}`)].join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

/** `SELECT, INSERT` and `SELECT (id, name)`. */
function inOrder(held: string[]): string {
  const whole = held.filter((text) => !text.includes(' '));
  const columns = held
    .filter((text) => text.includes(' '))
    .map((text) => text.split(' ') as [string, string]);
  const byRight = [...new Set(columns.map(([right]) => right))].map(
    (right) =>
      `${right} (${columns
        .filter(([r]) => r === right)
        .map(([, column]) => column)
        .join(', ')})`,
  );
  return [...whole, ...byRight].join(', ');
}

/** The statement that gives a role the right it lacks, or takes the one it has. */
export function mutantOf({ role, kind, sqlName, object, right, held }: Right, names: RoleNames): string {
  const grantee = role === 'public' ? 'PUBLIC' : `"${names[role]}"`;
  const what =
    kind === 'column'
      ? `${right} ("${object.split('.').at(-1)}") ON TABLE ${sqlName}`
      : `${right} ON ${kind.toUpperCase()} ${sqlName}`;
  return held ? `REVOKE ${what} FROM ${grantee}` : `GRANT ${what} TO ${grantee}`;
}

const OURS = `('public', 'rules', 'partitions')`;
const NOT_OF_AN_EXTENSION = `NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')`;

/**
 * A column is asked about only where its table does not answer for it already. The owner's rights are all there are, and
 * stand here so that an object without this owner is seen.
 */
const RIGHTS = `
  WITH role AS (
    SELECT * FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS r (kind, name, position)
  ), relation AS MATERIALIZED (
    SELECT o.oid, o.relkind, n.nspname, n.nspname || '.' || o.relname AS name,
           format('%I.%I', n.nspname, o.relname) AS sql_name
    FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
    WHERE n.nspname IN ${OURS} AND ${NOT_OF_AN_EXTENSION}
  ), answer AS (
    SELECT role.position, role.kind AS role, 'database' AS kind, '' AS place, '<this>' AS object,
           format('%I', current_database()) AS "sqlName", p.right, p.n,
           has_database_privilege(role.name, current_database(), p.right) AS held
    FROM role, unnest(ARRAY['CONNECT', 'TEMPORARY', 'CREATE']) WITH ORDINALITY AS p ("right", n)
    UNION ALL
    SELECT role.position, role.kind, 'schema', o.nspname, o.nspname, format('%I', o.nspname), p.right, p.n,
           has_schema_privilege(role.name, o.oid, p.right)
    FROM role, pg_namespace o, unnest(ARRAY['USAGE', 'CREATE']) WITH ORDINALITY AS p ("right", n)
    WHERE o.nspname IN ${OURS}
    UNION ALL
    SELECT role.position, role.kind, 'table', o.name, o.name, o.sql_name, p.right, p.n,
           has_table_privilege(role.name, o.oid, p.right)
    FROM role, relation o,
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
           WITH ORDINALITY AS p ("right", n)
    WHERE o.relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT role.position, role.kind, 'column', o.name, o.name || '.' || a.attname, o.sql_name, p.right,
           p.n * 1000 + a.attnum, has_column_privilege(role.name, o.oid, a.attnum, p.right)
    FROM role, relation o JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped,
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) WITH ORDINALITY AS p ("right", n)
    WHERE o.nspname = 'public' AND o.relkind IN ('r', 'p', 'v', 'm')
      AND NOT has_table_privilege(role.name, o.oid, p.right)
    UNION ALL
    SELECT role.position, role.kind, 'sequence', o.name, o.name, o.sql_name, p.right, p.n,
           has_sequence_privilege(role.name, o.oid, p.right)
    FROM role, relation o, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) WITH ORDINALITY AS p ("right", n)
    WHERE o.relkind = 'S'
    UNION ALL
    SELECT role.position, role.kind, 'function', n.nspname || '.' || o.proname, n.nspname || '.' || o.proname,
           o.oid::regprocedure::text, 'EXECUTE', 1, has_function_privilege(role.name, o.oid, 'EXECUTE')
    FROM role, pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace
    WHERE n.nspname IN ${OURS} AND ${NOT_OF_AN_EXTENSION}
  )
  SELECT role, kind, place, object, "sqlName", "right", held FROM answer
  ORDER BY array_position(ARRAY['database', 'schema', 'table', 'column', 'sequence', 'function'], kind),
    place COLLATE "C", position, n`;
