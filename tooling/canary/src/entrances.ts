import type { Service } from '@codezest/schema-docs';
import type { Canaries } from './canaries.js';
import { runCommand } from './child.js';
import type { Collection } from './collection.js';
import type { Entrances } from './exercise.js';

/** Makes the roles by the package's own command, with passwords that are canaries. */
export async function createEntrances(
  service: Service,
  database: { readonly name: string; readonly url: string },
  canaries: Canaries,
  collection: Collection,
): Promise<Entrances> {
  const passwordOf = (role: string) => canaries.of('secret', `${service}: password of ${role}`);
  const prefix = `canary_${service}`;
  const variable = service.toUpperCase();
  const { code, output } = await runCommand(
    service,
    ['roles', '--apply', '--database', database.name, '--prefix', prefix],
    {
      [`${variable}_ADMIN_DATABASE_URL`]: database.url,
      ...Object.fromEntries(
        ['migrator', 'app', 'ro', 'inbox_writer', 'outbox_relay'].map((role) => [
          `${variable}_${role.toUpperCase()}_PASSWORD`,
          passwordOf(role),
        ]),
      ),
    },
  );
  collection.add(`${service}: roles`, output);
  if (code !== 0) throw new Error(`The roles of ${service} were not made: ${output}`);
  const urlOf = (role: string): string => {
    const url = new URL(database.url);
    url.username = `${prefix}_${role}`;
    url.password = passwordOf(role);
    return url.href;
  };
  return { admin: database.url, app: urlOf('app'), readOnly: urlOf('ro') };
}
