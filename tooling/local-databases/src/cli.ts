import { Command } from 'commander';
import { createColors } from 'picocolors';
import { localDatabaseUrls } from './database-urls.js';
import {
  type DevelopmentServer,
  developmentServerStatus,
  resetDevelopmentServer,
  type StartedServer,
  startDevelopmentServer,
  stopDevelopmentServer,
} from './development-server.js';
import { LocalDatabaseError } from './errors.js';
import { SERVICES, urlVariable } from './services.js';

/** As `pg_ctl status` and the Linux Standard Base have it. */
const NOT_RUNNING = 3;

/** Messages go to stderr; a pipe or a log gets no colours, whatever a CI variable says. */
const colors = createColors(process.stderr.isTTY === true && !process.env.NO_COLOR);

const program = new Command('codezest-databases')
  .description('The PostgreSQL that developers work with: one server, one database for each service.')
  .addHelpText(
    'after',
    `
Environment:
  CODEZEST_LOCAL_DIR   folder for the data, instead of .local in the repository
  CODEZEST_LOCAL_PORT  the port to use; without it one is chosen at the first start and kept
  *_DATABASE_URL       win over the local server in \`urls\` and in everything built on it`,
  );

program
  .command('start')
  .description('start the server and make the databases that are missing; fine when it runs already')
  .option('--json', 'print JSON')
  .action(async ({ json }: Printing) => report(await startDevelopmentServer(), json));

program
  .command('stop')
  .description('stop the server; the data stays')
  .option('--json', 'print JSON')
  .action(async ({ json }: Printing) => {
    const stopped = await stopDevelopmentServer();
    print(json, { stopped }, stopped ? 'Stopped. The data is kept.' : 'It was not running.');
  });

program
  .command('status')
  .description('say whether it runs, and where; exit code 3 when it does not')
  .option('--json', 'print JSON')
  .action(({ json }: Printing) => {
    const server = developmentServerStatus();
    if (!server) process.exitCode = NOT_RUNNING;
    print(json, { running: server !== undefined, ...server }, server ? whereabouts(server) : 'Not running.');
  });

program
  .command('reset')
  .description('delete all data of the local server and start anew with empty databases')
  .option('--json', 'print JSON')
  .action(async ({ json }: Printing) => report(await resetDevelopmentServer(), json));

program
  .command('urls')
  .description('print the *_DATABASE_URL lines for a shell or an .env file; starts the server if it has to')
  .option('--json', 'print JSON')
  .action(async ({ json }: Printing) => {
    const { urls, notices } = await localDatabaseUrls();
    for (const notice of notices) console.error(colors.yellow(notice));
    const lines = SERVICES.map((service) => `${urlVariable(service)}="${urls[service]}"`);
    const variables = Object.fromEntries(SERVICES.map((service) => [urlVariable(service), urls[service]]));
    print(json, variables, lines.join('\n'));
  });

interface Printing {
  json?: boolean;
}

function report(server: StartedServer, json: boolean | undefined): void {
  if (!json) for (const notice of server.notices) console.error(colors.yellow(notice));
  print(json, { ...server }, `${server.started ? 'Started.' : 'It runs already.'}\n${whereabouts(server)}`);
}

function whereabouts({ port, pid, dataDirectory, logFile }: DevelopmentServer): string {
  return [`PostgreSQL on port ${port}, process ${pid}`, `data  ${dataDirectory}`, `log   ${logFile}`].join(
    '\n',
  );
}

function print(json: boolean | undefined, value: object, text: string): void {
  console.log(json ? JSON.stringify(value, null, 2) : text);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof LocalDatabaseError)) throw error;
  console.error(`${colors.red(error.code)} ${error.message}`);
  process.exitCode = 1;
}
