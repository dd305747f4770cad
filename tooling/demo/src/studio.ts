// `pnpm studio auth`: Prisma Studio on one of the local databases.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVICES, type Service, urlVariable } from '@codezest/local-databases';
import { Argument, Command } from 'commander';
import { buildPackages } from './build.js';
import { prepare, withDatabases } from './preparation.js';
import { CommandFailedError, runCommand } from './run-command.js';
import { screen } from './screen.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

await new Command('pnpm studio')
  .description('Opens Prisma Studio on one of the local databases, until Ctrl-C.')
  .addArgument(new Argument('<service>', 'whose database').choices(SERVICES))
  .option('--port <port>', 'the port of its page')
  .showHelpAfterError('(pnpm studio --help shows how it is used)')
  .action((service: Service, { port }: { port?: string }) =>
    runCommand((interrupted) => openStudio(service, port, interrupted)),
  )
  .parseAsync();

async function openStudio(
  service: Service,
  port: string | undefined,
  interrupted: AbortSignal,
): Promise<void> {
  const isLocal = !process.env[urlVariable(service)];
  if (isLocal) await buildPackages(interrupted);
  await withDatabases(interrupted, async ({ urls, notices }) => {
    for (const notice of notices) screen.notice(notice);
    if (isLocal) screen.prepared(await prepare(service, urls, 'small', interrupted));
    const options = [...(port ? ['--port', port] : []), ...(opensBrowsers() ? [] : ['--browser', 'none'])];
    const prisma = join(root, 'tooling/prisma-engine/bin/prisma.mjs');
    const child = spawn(process.execPath, [prisma, 'studio', ...options], {
      cwd: join(root, `packages/db-${service}`),
      env: { ...process.env, [urlVariable(service)]: urls[service] },
      stdio: 'inherit',
    });
    interrupted.addEventListener('abort', () => void child.kill());
    const [code] = (await once(child, 'close')) as [number | null];
    if (!interrupted.aborted && code !== 0)
      throw new CommandFailedError(`Studio ended with exit code ${code}; what it said stands above.`);
  });
}

/** Where Studio finds nothing that opens a browser, it crashes; told to open none, it says where it is. */
function opensBrowsers(): boolean {
  if (process.platform !== 'linux') return true;
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'xdg-open')));
}
