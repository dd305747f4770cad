import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export const roleKinds = ['owner', 'migrator', 'app', 'ro', 'inbox_writer', 'outbox_relay'] as const;
export type RoleKind = (typeof roleKinds)[number];
export const loginRoleKinds = roleKinds.filter(
  (kind): kind is Exclude<RoleKind, 'owner'> => kind !== 'owner',
);
export type RoleNames = Readonly<Record<RoleKind, string>>;

/** The part of a service's role definition that attacks are made from. */
export interface Definition {
  readonly service: string;
  readonly appendOnly: readonly string[];
  readonly neverDeleted: readonly string[];
  readonly referenceData: readonly string[];
  readonly secretColumns: readonly string[];
  readonly inbox: readonly string[];
}

/** The command under test: what `roles --apply` runs. */
export type ApplyRoles<Roles> = (options: {
  definition: Roles;
  adminUrl: string;
  database: string;
  prefix: string;
  passwords: Partial<Record<Exclude<RoleKind, 'owner'>, string>>;
}) => Promise<{ names: RoleNames }>;

/** A database with roles that nobody else has, so that any number of runs may share a server. */
export interface DatabaseWithRoles {
  readonly adminUrl: string;
  readonly database: string;
  readonly prefix: string;
  readonly names: RoleNames;
  /** How a role enters, this database or the named one. */
  urlOf(role: Exclude<RoleKind, 'owner'>, database?: string): string;
}

export async function applyTestRoles<Roles>(
  applyRoles: ApplyRoles<Roles>,
  definition: Roles,
  adminUrl: string,
  database: string,
): Promise<DatabaseWithRoles> {
  const prefix = `test_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  const { names } = await applyRoles({
    definition,
    adminUrl,
    database,
    prefix,
    passwords: Object.fromEntries(loginRoleKinds.map((kind) => [kind, password])),
  });
  return {
    adminUrl,
    database,
    prefix,
    names,
    urlOf(role, entered = database) {
      const url = new URL(adminUrl);
      url.username = names[role];
      url.password = password;
      url.pathname = `/${entered}`;
      return url.href;
    },
  };
}

/** Roles belong to the server and outlive their database; they go when nothing of theirs is left. */
export async function dropRoles(adminUrl: string, names: RoleNames): Promise<void> {
  await withClient(databaseUrl(adminUrl, 'postgres'), async (client) => {
    for (const kind of roleKinds)
      await client.query(`DROP ROLE IF EXISTS ${client.escapeIdentifier(names[kind])}`);
  });
}

export async function dropDatabase(adminUrl: string, database: string): Promise<void> {
  await withClient(databaseUrl(adminUrl, 'postgres'), (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`),
  );
}

/** A connection without the limits that the packages' clients have, e.g. to fill tables: that takes as long as it takes. */
export async function withClient<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
