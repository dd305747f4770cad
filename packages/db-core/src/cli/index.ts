export { InvalidArgumentError } from 'commander';
export type { CliOptions, CommandContext } from './command-context.js';
export { addEventCommands, type ConnectedEvents } from './events-command.js';
export { exitCodes } from './exit-codes.js';
export { addReencryptCommand } from './reencrypt-command.js';
export { executeCli, runCli } from './run-cli.js';
export type { CliEnvironment, CliStream, Terminal } from './terminal.js';
