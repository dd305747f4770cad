// `pnpm dev`: the local databases, migrated and with data in them, for as long as this command runs.
import { once } from 'node:events';
import { SERVICES } from '@codezest/local-databases';
import { Command } from 'commander';
import { buildPackages } from './build.js';
import { prepare, withDatabases } from './preparation.js';
import { runCommand } from './run-command.js';
import { screen } from './screen.js';

new Command('pnpm dev')
  .description('Starts the local databases, migrates and seeds them, and keeps them running until Ctrl-C.')
  .showHelpAfterError('(pnpm dev --help shows how it is used)')
  .parse();

await runCommand(async (interrupted) => {
  await buildPackages(interrupted);
  await withDatabases(interrupted, async ({ urls, notices, startedServer }) => {
    for (const notice of notices) screen.notice(notice);
    for (const service of SERVICES) screen.prepared(await prepare(service, urls, 'small', interrupted));
    screen.running(urls, startedServer);

    // A signal alone keeps no process alive.
    const waiting = setInterval(() => {}, 2 ** 30);
    if (!interrupted.aborted) await once(interrupted, 'abort');
    clearInterval(waiting);
  });
  screen.stopped();
});
