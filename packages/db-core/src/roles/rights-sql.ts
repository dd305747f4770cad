import type { RoleDefinition, RoleNames } from './definition.js';
import { identifier, identifiers, literal, textArray } from './quote.js';

/** Our schemas: tables, what the rules read, the parts of partitioned tables. Each may not be there yet. */
const SCHEMAS = ['public', 'rules', 'partitions'];

/** The runner's and Prisma's history: a service asks it whether the database is up to date. */
const HISTORY = '_prisma_migrations';

/**
 * Owners and rights inside the database. Takes all rights away first and then gives the right ones, in one transaction:
 * so it repairs as well as it creates, and a service at work never sees the state between.
 */
export function rightsSql(definition: RoleDefinition, names: RoleNames): string {
  const guests = identifiers([names.app, names.ro, names.inbox_writer]);
  return `
${ownershipSql(names.owner)}

-- Nothing for anybody …
DO $roles$
DECLARE
  object record;
BEGIN
  FOR object IN
    ${ourObjects()}
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, ${guests.replaceAll("'", "''")}', object.name);
  END LOOP;
END $roles$;

-- … but what each needs. Objects that are not there yet get theirs by the default privileges below, or the next time.
DO $roles$
DECLARE
  object record;
BEGIN
  FOR object IN SELECT * FROM (${ourObjects()}) AS ours LOOP
    CASE
    WHEN object.kind = 'schema' AND object.schema <> 'partitions' THEN
      EXECUTE format('GRANT USAGE ON %s TO ${identifier(names.app)}', object.name);
    -- A rule runs with the rights of whoever writes, so the application needs what the rules call and read.
    WHEN object.kind = 'function' AND object.schema <> 'partitions' THEN
      EXECUTE format('GRANT EXECUTE ON %s TO ${identifier(names.app)}', object.name);
    WHEN object.kind = 'sequence' AND object.schema = 'public' THEN
      EXECUTE format('GRANT USAGE, SELECT ON %s TO ${identifier(names.app)}', object.name);
    WHEN object.kind = 'table' AND object.schema = 'rules' THEN
      EXECUTE format('GRANT SELECT ON %s TO ${identifier(names.app)}', object.name);
    WHEN object.kind = 'table' AND object.schema = 'public' THEN
      EXECUTE format('GRANT %s ON %s TO ${identifier(names.app)}',
        CASE
        WHEN object.plain = ANY (${textArray([...definition.referenceData, HISTORY])}) THEN 'SELECT'
        WHEN object.plain = ANY (${textArray(definition.appendOnly)}) THEN 'SELECT, INSERT'
        WHEN object.plain = ANY (${textArray(definition.neverDeleted)}) THEN 'SELECT, INSERT, UPDATE'
        ELSE 'SELECT, INSERT, UPDATE, DELETE'
        END, object.name);
    ELSE
      NULL;
    END CASE;
  END LOOP;
END $roles$;

-- The read-only role gets columns one by one: a column that comes later is not seen before somebody has decided.
GRANT USAGE ON SCHEMA public TO ${identifier(names.ro)}, ${identifier(names.inbox_writer)};
DO $roles$
DECLARE
  readable record;
BEGIN
  FOR readable IN
    SELECT c.oid::regclass AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname <> '${HISTORY}'
      AND c.relname || '.' || a.attname <> ALL (${textArray(definition.secretColumns)})
    GROUP BY c.oid
  LOOP
    EXECUTE format('GRANT SELECT (%s) ON %s TO ${identifier(names.ro)}', readable.columns, readable.name);
  END LOOP;
END $roles$;
${definition.inbox.map((table) => `GRANT INSERT ON public.${identifier(table)} TO ${identifier(names.inbox_writer)};`).join('\n')}

${defaultPrivilegesSql(names)}`.trim();
}

function ownershipSql(owner: string): string {
  return `
-- Whoever owns a table may do anything with it, so nobody who logs in does.
DO $roles$
DECLARE
  object record;
BEGIN
  FOR object IN
    SELECT * FROM (${ourObjects()}
    UNION ALL
    SELECT 'type', n.nspname, t.typname, format('TYPE %I.%I', n.nspname, t.typname), t.typowner
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = ANY (${textArray(SCHEMAS)}) AND t.typtype IN ('e', 'd') AND ${notOfAnExtension('t')}) AS ours
    WHERE ours.owner <> ${literal(owner)}::regrole
    -- A column's own sequence goes with its table, which stands before it.
    ORDER BY ours.kind = 'sequence'
  LOOP
    CONTINUE WHEN object.kind = 'sequence' AND EXISTS (
      SELECT FROM pg_depend WHERE objid = replace(object.name, 'SEQUENCE ', '')::regclass AND deptype IN ('a', 'i'));
    EXECUTE format('ALTER %s OWNER TO ${identifier(owner)}', object.name);
  END LOOP;
END $roles$;`.trim();
}

/** Our schemas, tables, sequences and functions, as REVOKE and ALTER … OWNER name them. */
function ourObjects(): string {
  return `SELECT 'schema' AS kind, n.nspname AS schema, n.nspname AS plain, format('SCHEMA %I', n.nspname) AS name,
      n.nspowner AS owner
    FROM pg_namespace n WHERE n.nspname = ANY (${textArray(SCHEMAS)})
    UNION ALL
    SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, n.nspname, c.relname,
      format('%s %I.%I', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname), c.relowner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (${textArray(SCHEMAS)}) AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND ${notOfAnExtension('c')}
    UNION ALL
    SELECT 'function', n.nspname, p.proname,
      format('%s %s', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::regprocedure), p.proowner
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY (${textArray(SCHEMAS)}) AND ${notOfAnExtension('p')}`;
}

/** An extension's objects belong to whoever installed it. */
function notOfAnExtension(alias: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = ${alias}.oid AND d.deptype = 'e')`;
}

/** For what migrations create from now on. Nothing for the read-only role: see there. */
function defaultPrivilegesSql(names: RoleNames): string {
  const owner = `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(names.owner)}`;
  const app = identifier(names.app);
  return `
${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
${owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app};
${owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO ${app};
${owner} IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO ${app};
DO $roles$
BEGIN
  IF to_regnamespace('rules') IS NOT NULL THEN
    ${owner} IN SCHEMA rules GRANT SELECT ON TABLES TO ${app};
    ${owner} IN SCHEMA rules GRANT EXECUTE ON FUNCTIONS TO ${app};
  END IF;
END $roles$;`.trim();
}
