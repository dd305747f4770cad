import type { Command } from 'commander';
import { parseDatabaseUrl } from '../connection-url/database-url.js';
import { redactUrl } from '../connection-url/redact.js';
import { MissingDatabaseUrlError } from '../errors/connection-errors.js';
import { applyRoles, printRoles } from '../roles/apply-roles.js';
import { type LoginRoleKind, loginRoleKinds, type RoleDefinition } from '../roles/definition.js';
import { type CommandContext, examples } from './command-context.js';

interface RolesFlags {
  readonly print?: true;
  readonly apply?: true;
  readonly database?: string;
  readonly prefix?: string;
  readonly ownServer?: true;
  readonly json?: true;
}

export function addRolesCommand(program: Command, context: CommandContext, definition: RoleDefinition): void {
  const { service } = context;
  const adminVariable = `${service.toUpperCase()}_ADMIN_DATABASE_URL`;
  const command = program
    .command('roles')
    .summary('create or repair the roles, the database and the rights in it')
    .description(
      'Makes the roles owner, migrator, app, ro, inbox_writer and outbox_relay, the database, and every right in it what ' +
        'this package says, whoever changed it. Run it before the first migration, and after each migrate that adds objects: until ' +
        'then the application reads new tables and cannot write them. It may run at any time.',
    )
    .option('--print', 'print the SQL for psql; asks no server')
    .option('--apply', `do it on the server that ${adminVariable} names`)
    .option('--database <name>', `default: the one in ${adminVariable}, or codezest_${service}`)
    .option('--prefix <prefix>', 'what the names of the roles begin with', service)
    .option(
      '--own-server',
      'close the databases postgres and template1 too: no other application uses this server',
    )
    .option('--json', 'print the result as JSON')
    .action(async (flags: RolesFlags) => {
      if (flags.print === flags.apply) return command.error('error: write either --print or --apply');
      const adminUrl = context.env[adminVariable];
      const database = flags.database ?? databaseIn(adminUrl) ?? `codezest_${service}`;
      const target = { definition, database, prefix: flags.prefix, ownServer: flags.ownServer };
      if (flags.print) return print(context, target, flags.json === true);
      if (!adminUrl) throw new MissingDatabaseUrlError([adminVariable]);
      await apply(context, { ...target, adminUrl }, flags.json === true);
    });
  command.addHelpText(
    'after',
    `
Passwords come from the environment, where one shall be set or changed:
  ${loginRoleKinds.map((kind) => passwordVariable(service, kind)).join('\n  ')}`,
  );
  examples(command, [
    [`${context.command} roles --print`, 'review what would be done'],
    [`${context.command} roles --apply`, 'before the first migrate, and after one that adds tables'],
  ]);
}

function print(
  { service, terminal }: CommandContext,
  target: Parameters<typeof printRoles>[0] & { database: string },
  json: boolean,
): void {
  const sql = printRoles(target);
  if (json) terminal.json({ service, database: target.database, sql });
  else terminal.print(sql);
}

async function apply(
  { service, env, terminal }: CommandContext,
  target: Omit<Parameters<typeof applyRoles>[0], 'passwords' | 'notice'>,
  json: boolean,
): Promise<void> {
  const passwords: Partial<Record<LoginRoleKind, string>> = {};
  for (const kind of loginRoleKinds) {
    const password = env[passwordVariable(service, kind)];
    if (password) passwords[kind] = password;
  }
  const { dim, green, bold } = terminal.colors;
  const { names, databaseCreated } = await applyRoles({
    ...target,
    passwords,
    notice: (message) => terminal.printError(terminal.errorColors.dim(`  ${message}`)),
  });

  const server = redactUrl(target.adminUrl);
  if (json) {
    terminal.json({ service, server, database: target.database, databaseCreated, roles: names });
    return;
  }
  terminal.print(`${green('Roles:')} ${Object.values(names).join(', ')}`);
  terminal.print(
    `${green('Database:')} ${bold(target.database)} ${dim(databaseCreated ? 'created' : 'was there, rights repaired')}`,
  );
}

function passwordVariable(service: string, kind: LoginRoleKind): string {
  return `${service}_${kind}_PASSWORD`.toUpperCase();
}

function databaseIn(url: string | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const name = decodeURIComponent(parseDatabaseUrl(url).url.pathname.slice(1));
  return name === 'postgres' ? undefined : name || undefined;
}
