import type { Client } from 'pg';
import { rightsAsText, rightsOf } from './rights.js';
import type { DatabaseWithRoles, RoleNames } from './test-roles.js';

/** All that a server knows of who may do what: rights, memberships, and rights in what is yet to be made. */
export async function stateOf(admin: Client, names: RoleNames): Promise<object> {
  return {
    rights: rightsAsText(await rightsOf(admin, names)),
    memberships: (await admin.query(MEMBERSHIPS, [Object.values(names)])).rows,
    defaults: (await admin.query(DEFAULT_PRIVILEGES, [names.owner])).rows,
  };
}

/** What somebody may have given by hand to a role that no package knows, and what that role gave on, as its grantor. */
export function grantsTo(stranger: string, { names, database }: DatabaseWithRoles, table: string): string {
  return `
          GRANT "${names.owner}", "${names.app}" TO "${stranger}" WITH ADMIN OPTION;
          GRANT CONNECT ON DATABASE "${database}" TO "${stranger}" WITH GRANT OPTION;
          GRANT USAGE ON SCHEMA public TO "${stranger}";
          GRANT UPDATE ON ${table} TO "${stranger}" WITH GRANT OPTION;
          GRANT SELECT (id) ON ${table} TO "${stranger}";
          ALTER DEFAULT PRIVILEGES FOR ROLE "${names.owner}" GRANT ALL ON TABLES TO PUBLIC, "${stranger}";
          ALTER DEFAULT PRIVILEGES FOR ROLE "${names.owner}" IN SCHEMA public GRANT ALL ON TABLES TO "${names.ro}", "${names.app}";
          SET ROLE "${stranger}";
          GRANT "${names.owner}" TO "${names.ro}", "${names.migrator}";
          GRANT UPDATE ON ${table} TO "${names.ro}";
          RESET ROLE`;
}

/** A membership whose grantor stays: nobody takes it away by taking the grantor's own. */
export function grantsByAdministrator(administrator: string, { owner, ro, migrator }: RoleNames): string {
  return `
    CREATE ROLE "${administrator}" CREATEROLE;
    GRANT "${owner}" TO "${administrator}" WITH ADMIN OPTION;
    SET ROLE "${administrator}";
    GRANT "${owner}" TO "${ro}";
    GRANT "${owner}" TO "${migrator}" WITH ADMIN OPTION;
    RESET ROLE`;
}

/** Also where it was not freed of its rights. */
export async function dropStranger(
  admin: Client,
  stranger: string,
  { owner, app }: RoleNames,
): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [stranger]);
  if (!rowCount) return;
  await admin.query(`REVOKE "${owner}", "${app}" FROM "${stranger}" CASCADE;
    DROP OWNED BY "${stranger}" CASCADE; DROP ROLE "${stranger}"`);
}

const MEMBERSHIPS = `
  SELECT m.roleid::regrole::text AS role, m.member::regrole::text AS member, m.admin_option,
         to_jsonb(m) ->> 'inherit_option' AS inherits
  FROM pg_auth_members m
  WHERE m.roleid::regrole::text = ANY ($1) OR m.member::regrole::text = ANY ($1) ORDER BY 1, 2`;

const DEFAULT_PRIVILEGES = `
  SELECT d.defaclnamespace::regnamespace::text AS schema, d.defaclobjtype AS type, a.grantee::regrole::text AS grantee,
         string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS rights
  FROM pg_default_acl d, aclexplode(d.defaclacl) a
  WHERE d.defaclrole = $1::regrole AND a.grantee <> d.defaclrole GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;

/** Gives `work` the URL of a role that may make roles and databases, and has made none of the service's. */
export async function asDeputy(
  admin: Client,
  { adminUrl, prefix }: Pick<DatabaseWithRoles, 'adminUrl' | 'prefix'>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const deputy = `${prefix}_deputy`;
  await admin.query(`CREATE ROLE "${deputy}" LOGIN CREATEROLE CREATEDB PASSWORD 'deputy'`);
  try {
    const url = new URL(adminUrl);
    url.username = deputy;
    url.password = 'deputy';
    await work(url.href);
  } finally {
    await admin.query(`DROP ROLE "${deputy}"`);
  }
}
