import {
  HISTORY,
  inboxFunctions,
  type RoleDefinition,
  type RoleNames,
  relayFunctions,
  restrictedTables,
  sharedRelayFunctions,
  usualRights,
} from './definition.js';
import { identifier, literal, textArray } from './quote.js';

/** Our schemas: tables, what the rules read, the parts of partitioned tables. Each may not be there yet. */
const SCHEMAS = ['public', 'rules', 'partitions'];

/**
 * Owners and rights inside the database. Takes all rights away first and then gives the right ones, in one transaction:
 * so it repairs as well as it creates, and a service at work never sees the state between.
 */
export function rightsSql(definition: RoleDefinition, names: RoleNames): string {
  return `
${ownershipSql(names.owner)}

-- Nothing for anybody, whoever gave it …
DO $roles$
DECLARE
  object record;
  strangers text[];
BEGIN
  FOR object IN
    SELECT ours.name, holders.roles FROM (${ourObjects()}) AS ours, LATERAL (
      SELECT array_agg(DISTINCT quote_ident(r.rolname)) AS roles
      FROM aclexplode(ours.acl) a JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname <> ${literal(names.owner)}) AS holders
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', object.name, array_to_string(ARRAY['PUBLIC'] || object.roles, ', '));
    strangers := strangers || object.roles;
  END LOOP;
  SELECT array_agg(DISTINCT role) INTO strangers FROM unnest(strangers) AS role
  WHERE role <> ALL (SELECT quote_ident(ours) FROM unnest(${textArray(Object.values(names))}) AS ours);
  IF strangers <> '{}' THEN
    RAISE WARNING 'Rights in this database taken from %: only the roles of the service have any.', array_to_string(strangers, ', ');
  END IF;
END $roles$;

-- … but what each needs. Objects that are not there yet get what is harmless by the default privileges below, the rest the next time.
DO $roles$
DECLARE
  object record;
BEGIN
  FOR object IN SELECT * FROM (${ourObjects()}) AS ours LOOP
    CASE
    WHEN object.kind = 'schema' AND object.schema <> 'partitions' THEN
      EXECUTE format('GRANT USAGE ON %s TO ${identifier(names.app)}', object.name);
    -- Whoever could say that an event was delivered could keep it from the others: not even the application.
    WHEN object.kind = 'function' AND object.schema = 'rules' AND object.plain = ANY (${textArray([...relayFunctions, ...sharedRelayFunctions])}) THEN
      EXECUTE format('GRANT EXECUTE ON %s TO ${identifier(names.outbox_relay)}', object.name);
      GRANT USAGE ON SCHEMA rules TO ${identifier(names.outbox_relay)};
      IF object.plain = ANY (${textArray(sharedRelayFunctions)}) THEN
        EXECUTE format('GRANT EXECUTE ON %s TO ${identifier(names.app)}', object.name);
      END IF;
    WHEN object.kind = 'function' AND object.schema = 'rules' AND object.plain = ANY (${textArray(inboxFunctions)}) THEN
      EXECUTE format('GRANT EXECUTE ON %s TO ${identifier(names.inbox_writer)}', object.name);
      GRANT USAGE ON SCHEMA rules TO ${identifier(names.inbox_writer)};
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
${restrictedTables(definition)
  .map(
    ({ tables, rights }) =>
      `        WHEN object.plain = ANY (${textArray(tables)}) THEN ${literal(rights.join(', '))}`,
  )
  .join('\n')}
        ELSE ${literal(usualRights.join(', '))}
        END, object.name);
    ELSE
      NULL;
    END CASE;
  END LOOP;
END $roles$;

${serverFunctionsSql(names)}

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
-- An inbox that is not there yet gets its right the next time.
DO $roles$
DECLARE
  inbox text;
BEGIN
  FOREACH inbox IN ARRAY ${textArray(definition.inbox)} LOOP
    IF to_regclass(format('public.%I', inbox)) IS NOT NULL THEN
      EXECUTE format('GRANT INSERT ON public.%I TO ${identifier(names.inbox_writer)}', inbox);
    END IF;
  END LOOP;
END $roles$;

${defaultPrivilegesSql(names)}`.trim();
}

/**
 * Functions of the server that everybody may call and that no right on a table guards: the read-only role could fill the disk
 * with large objects, and hold up every migration with the lock that says who migrates.
 */
function serverFunctionsSql({ owner, migrator, app }: RoleNames): string {
  const takers = [owner, migrator, app].map(identifier).join(', ');
  return `
-- No large objects for anybody, and advisory locks for who migrates and who serves.
DO $roles$
DECLARE
  callable record;
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE WARNING 'Not a superuser: every role of this database may make large objects and take advisory locks.';
    RETURN;
  END IF;
  FOR callable IN
    SELECT oid::regprocedure AS name, proname ~ 'advisory' AS is_lock FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname ~ '^(?:lo_(?:creat|create|from_bytea|import|put)|lowrite|pg_(?:try_)?advisory_(?:xact_)?lock(?:_shared)?)$'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION pg_catalog.%s FROM PUBLIC', callable.name);
    IF callable.is_lock THEN EXECUTE format('GRANT EXECUTE ON FUNCTION pg_catalog.%s TO ${takers}', callable.name); END IF;
  END LOOP;
END $roles$;`.trim();
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
    SELECT 'type', n.nspname, t.typname, format('TYPE %I.%I', n.nspname, t.typname), t.typowner, t.typacl
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = ANY (${textArray(SCHEMAS)}) AND t.typtype IN ('e', 'd') AND ${notOfAnExtension('t')}) AS ours
    WHERE ours.owner <> ${literal(identifier(owner))}::regrole
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
      n.nspowner AS owner, n.nspacl AS acl
    FROM pg_namespace n WHERE n.nspname = ANY (${textArray(SCHEMAS)})
    UNION ALL
    SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, n.nspname, c.relname,
      format('%s %I.%I', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname), c.relowner,
      c.relacl || (SELECT array_agg(held) FROM pg_attribute a, unnest(a.attacl) AS held WHERE a.attrelid = c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (${textArray(SCHEMAS)}) AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND ${notOfAnExtension('c')}
    UNION ALL
    SELECT 'function', n.nspname, p.proname,
      format('%s %s', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::regprocedure), p.proowner,
      p.proacl
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY (${textArray(SCHEMAS)}) AND ${notOfAnExtension('p')}`;
}

/** An extension's objects belong to whoever installed it. */
function notOfAnExtension(alias: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = ${alias}.oid AND d.deptype = 'e')`;
}

/**
 * For what migrations create from now on. The application reads at once and writes only after the next run, which knows
 * the table: a table of money or history must not be open until then. Functions and sequences it may use at once,
 * because rules and defaults of tables that it writes already call them. Nothing for the read-only role: see there.
 */
function defaultPrivilegesSql(names: RoleNames): string {
  const owner = `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(names.owner)}`;
  const app = identifier(names.app);
  return `
-- What was given by hand goes first. That everybody may use a type is how servers are made, and the tables need it.
DO $roles$
DECLARE
  given record;
BEGIN
  FOR given IN
    SELECT DISTINCT CASE WHEN n.oid IS NULL THEN '' ELSE format('IN SCHEMA %I', n.nspname) END AS place,
      CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
        WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS objects,
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END AS grantee
    FROM pg_default_acl d CROSS JOIN aclexplode(d.defaclacl) a
      LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE d.defaclrole = ${literal(identifier(names.owner))}::regrole AND a.grantee <> d.defaclrole
      AND NOT (d.defaclobjtype = 'T' AND a.grantee = 0)
  LOOP
    EXECUTE format('${owner.replaceAll("'", "''")} %s REVOKE ALL ON %s FROM %s CASCADE', given.place, given.objects, given.grantee);
  END LOOP;
END $roles$;
${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
${owner} IN SCHEMA public GRANT SELECT ON TABLES TO ${app};
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
