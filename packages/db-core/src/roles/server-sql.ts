import {
  connectionLimits,
  loginRoleKinds,
  type RoleNames,
  roleKinds,
  roleSettings,
  superuserSettings,
} from './definition.js';
import { identifier, identifiers, literal, textArray } from './quote.js';

/** What belongs to the server, not to one database: the roles, their settings, who is a member of whom. */
export function rolesSql(names: RoleNames): string {
  const all = roleKinds.map((kind) => names[kind]);
  return `
-- The roles, without any power over the server.
DO $roles$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ${textArray(all)} LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I', name);
    END IF;
    EXECUTE format('ALTER ROLE %I NOCREATEDB NOCREATEROLE', name);
    -- Asked first: only a superuser may say these words, even to take such a power away.
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = name AND (rolsuper OR rolreplication OR rolbypassrls)) THEN
      EXECUTE format('ALTER ROLE %I NOSUPERUSER NOREPLICATION NOBYPASSRLS', name);
    END IF;
  END LOOP;
END $roles$;

ALTER ROLE ${identifier(names.owner)} NOLOGIN;
${loginRoleKinds.map((kind) => loginRoleSql(names[kind], kind)).join('\n')}

-- Translated messages hide the names of constraints, and errors in the server's log hold rows and values.
DO $roles$
DECLARE
  name text;
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE WARNING 'Not a superuser: set ${Object.keys(superuserSettings).join(', ')} in postgresql.conf.';
    RETURN;
  END IF;
  FOREACH name IN ARRAY ${textArray(loginRoleKinds.map((kind) => names[kind]))} LOOP
${Object.entries(superuserSettings)
  .map(
    ([setting, value]) => `    EXECUTE format('ALTER ROLE %I SET ${setting} = %L', name, ${literal(value)});`,
  )
  .join('\n')}
  END LOOP;
END $roles$;

-- Nobody is a member of anybody, but for the migrator, which becomes the owner and has no right of its own. Who makes
-- roles keeps what it needs for that, and people may read as the read-only role.
DO $roles$
DECLARE
  membership record;
BEGIN
  FOR membership IN
    SELECT m.roleid::regrole AS role, m.member::regrole AS member, m.grantor::regrole AS grantor, ours.them AS is_ours
    FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member,
      LATERAL (SELECT m.member::regrole::text = ANY (${textArray(all.map(identifierAsPrinted))}) AS them) AS ours
    WHERE (ours.them OR m.roleid::regrole::text = ANY (${textArray(all.filter((name) => name !== names.ro).map(identifierAsPrinted))})
        AND r.rolname <> current_user AND NOT (r.rolsuper OR r.rolcreaterole))
      -- Up to PostgreSQL 15 it is the role that does not inherit, and no membership says so.
      AND NOT (m.roleid = ${regrole(names.owner)} AND m.member = ${regrole(names.migrator)}
        AND NOT m.admin_option AND COALESCE(to_jsonb(m) ->> 'inherit_option', 'false') = 'false')
  LOOP
    -- Since PostgreSQL 16 each grantor's membership is one of its own, and what its holder gave on goes with it.
    EXECUTE format('REVOKE %s FROM %s %s', membership.role, membership.member,
      CASE WHEN current_setting('server_version_num')::int >= 160000
      THEN format('GRANTED BY %s CASCADE', membership.grantor) ELSE 'CASCADE' END);
    IF NOT membership.is_ours THEN
      RAISE WARNING '% is no longer a member of %: nobody but the migrator becomes a role of the service.',
        membership.member, membership.role;
    END IF;
  END LOOP;
  IF current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE ${literal(`GRANT ${identifier(names.owner)} TO ${identifier(names.migrator)} WITH INHERIT FALSE, SET TRUE`)};
  ELSE
    GRANT ${identifier(names.owner)} TO ${identifier(names.migrator)};
  END IF;
  -- Who is no superuser gives things to the owner only as a member of it.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    GRANT ${identifier(names.owner)} TO CURRENT_USER;
  END IF;
END $roles$;
-- Without it, what a migration creates would belong to the migrator, and default privileges would not apply.
ALTER ROLE ${identifier(names.migrator)} SET role = ${literal(names.owner)};`.trim();
}

/** Who may enter this database. Others on the server keep what they have everywhere else. */
export function databaseAccessSql(names: RoleNames, database: string): string {
  const logins = identifiers(loginRoleKinds.map((kind) => names[kind]));
  const name = identifier(database);
  return `
ALTER DATABASE ${name} OWNER TO ${identifier(names.owner)};
ALTER DATABASE ${name} SET TimeZone = 'UTC';
DO $roles$
DECLARE
  holder text;
BEGIN
  FOR holder IN
    SELECT DISTINCT quote_ident(r.rolname) FROM pg_database d, aclexplode(d.datacl) a JOIN pg_roles r ON r.oid = a.grantee
    WHERE d.datname = ${literal(database)} AND a.grantee <> d.datdba
  LOOP
    EXECUTE format(${literal(`REVOKE ALL ON DATABASE ${name.replaceAll('%', '%%')} FROM %s CASCADE`)}, holder);
    IF holder <> ALL (SELECT quote_ident(ours) FROM unnest(${textArray(Object.values(names))}) AS ours) THEN
      RAISE WARNING '% may no longer enter the database: only the roles of the service do.', holder;
    END IF;
  END LOOP;
END $roles$;
REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${name} TO ${logins};`.trim();
}

/**
 * Closes the two databases that every server has, which any role may enter unless told otherwise. Only where the operator asks
 * for it: other applications of the server may come in by them.
 */
export function serverAccessSql(names: RoleNames): string {
  return `
DO $roles$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['postgres', 'template1'] LOOP
    IF pg_has_role((SELECT datdba FROM pg_database WHERE datname = name), 'USAGE') THEN
      -- This command has to come in again.
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO CURRENT_USER', name);
      EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', name);
    ELSIF has_database_privilege(${literal(names.app)}, name, 'CONNECT') THEN
      RAISE WARNING 'Not its owner: REVOKE CONNECT, TEMPORARY ON DATABASE % FROM PUBLIC is left to whoever is.', name;
    END IF;
  END LOOP;
END $roles$;`.trim();
}

function loginRoleSql(name: string, kind: (typeof loginRoleKinds)[number]): string {
  const role = identifier(name);
  const settings = { TimeZone: 'UTC', ...roleSettings[kind] };
  return [
    `ALTER ROLE ${role} LOGIN ${kind === 'migrator' ? 'NOINHERIT' : 'INHERIT'} CONNECTION LIMIT ${connectionLimits[kind]};`,
    `ALTER ROLE ${role} RESET ALL;`,
    ...Object.entries(settings).map(
      ([setting, value]) => `ALTER ROLE ${role} SET ${setting} = ${literal(value)};`,
    ),
  ].join('\n');
}

function regrole(name: string): string {
  return `${literal(identifierAsPrinted(name))}::regrole`;
}

/** As `regrole` prints it: in quotes only where the name needs them. */
function identifierAsPrinted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : identifier(name);
}
