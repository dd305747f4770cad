import type { Service } from '@codezest/schema-docs';
import { runCommand } from '../child.js';
import type { Collection } from '../collection.js';
import type { Give } from '../ways-in/way-in.js';
import { withPassword } from './connections.js';

/** Every command that asks a database, quick to give up. */
const commands: readonly (readonly string[])[] = [
  ['migrate', '--wait', '0'],
  ['status', '--wait', '0', '--json'],
  ['resolve', '--applied', '20261123000000_initial'],
  ['baseline', '20261123000000_initial'],
  ['backfill'],
  ['wait', '--timeout', '0'],
  ['seed'],
  ['doctor'],
  ['studio'],
  ['roles', '--apply'],
  ['reencrypt'],
];

/**
 * Starts the command lines with a URL that lets nobody in and holds secrets, stacks switched on: all commands of one
 * package, one of each other, because they are the same. Gives the exit codes.
 */
export async function misuseCommandLines(
  [first, ...others]: readonly [Service, ...Service[]],
  appUrl: string,
  give: Give,
  collection: Collection,
): Promise<(number | null)[]> {
  const url = withPassword(appUrl, give.secret('wrong password'));
  const runs = [
    ...commands.map((args) => ({ service: first, args })),
    ...others.map((service) => ({ service, args: ['doctor', '--json'] })),
  ];
  const exitCodes: (number | null)[] = [];
  const next = runs.values();
  // Two at a time, as there are cores.
  const worker = async (): Promise<void> => {
    for (const { service, args } of next) {
      const variable = service.toUpperCase();
      const { code, output } = await runCommand(service, args, {
        DATABASE_URL: url,
        [`${variable}_ADMIN_DATABASE_URL`]: url,
        [`${variable}_APP_PASSWORD`]: give.secret('password for a role'),
        [`${variable}_ENCRYPTION_KEYS`]: `k1:${give.secret('key in the environment')}`,
        CODEZEST_DEBUG: '1',
      });
      exitCodes.push(code);
      collection.add(`codezest-db-${service} ${args.join(' ')}`, output);
    }
  };
  await Promise.all([worker(), worker()]);
  return exitCodes;
}
