import { type ApplyRoles, applyTestRoles, dropRoles } from './roles/test-roles.js';

interface OwnedDatabase<Client> {
  readonly name: string;
  readonly url: string;
  readonly client: Client;
  drop(): Promise<void>;
}

/** A test database as the service has it, and beside it the way in of whoever made it. */
export interface ServiceDatabase<Client> extends OwnedDatabase<Client> {
  /** For what the service cannot do itself: cut connections, make partitions, write reference data. */
  readonly owner: { readonly url: string; readonly client: Client };
  /** The way in of whoever delivers events. */
  readonly relayUrl: string;
  /** The way in of whoever brings the events of others. */
  readonly inboxUrl: string;
}

/** `url` and `client` become the application's role's, with the rights that the `roles` command gives it. */
export async function asAppRole<Roles, Client extends { $disconnect(): Promise<void> }>(
  database: OwnedDatabase<Client>,
  applyRoles: ApplyRoles<Roles>,
  definition: Roles,
  createClient: (options: { url: string }) => Client,
): Promise<ServiceDatabase<Client>> {
  const { names, urlOf } = await applyTestRoles(applyRoles, definition, database.url, database.name);
  const url = urlOf('app');
  const client = createClient({ url });
  return {
    name: database.name,
    url,
    client,
    owner: { url: database.url, client: database.client },
    relayUrl: urlOf('outbox_relay'),
    inboxUrl: urlOf('inbox_writer'),
    async drop() {
      await client.$disconnect();
      await database.drop();
      await dropRoles(database.url, names);
    },
  };
}
