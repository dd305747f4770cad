import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, signalAs } from './account.js';
import { isServerOf, postmasterFile } from './postmaster.js';
import { isAlive, parseIdentity } from './process-identity.js';
import { throwawayFolders } from './runtime-folder.js';

/**
 * Removes what watchdogs could not: they were killed together with their owners. A folder's name says whose it is, so
 * there is no moment at which a folder of a living run looks abandoned.
 */
export function removeDeadServers(account: Account | undefined): void {
  for (const parent of throwawayFolders()) {
    for (const name of readdirSync(parent)) {
      const owner = parseIdentity(name);
      if (owner === undefined || isAlive(owner)) continue;
      endOrphan(join(parent, name, 'data'), account);
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

function endOrphan(dataDirectory: string, account: Account | undefined): void {
  const file = postmasterFile(dataDirectory);
  if (file && isServerOf(dataDirectory, file.pid)) signalAs(account, 'SIGQUIT', [file.pid]);
}
