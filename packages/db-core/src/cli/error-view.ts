import type { CommanderError } from 'commander';
import { CodezestDbError } from '../errors/base-error.js';
import { withoutValues } from '../errors/without-values.js';
import { databaseAnswer, errorCode, MigrationError } from '../migrations/errors.js';
import { exitCodeOf, exitCodes } from './exit-codes.js';
import { indent, type Terminal } from './terminal.js';

/** Prints an error as one block for a person and returns the exit code. Stacks only with CODEZEST_DEBUG. */
export function reportError(error: unknown, terminal: Terminal, debug: boolean): number {
  const { bold, red, dim } = terminal.errorColors;
  const [first = '', ...rest] = messageOf(error).split('\n');
  terminal.printError(`${red('✖')} ${bold(first)}`);
  if (rest.length > 0) terminal.printError(indent(rest.join('\n'), 2));
  if (error instanceof MigrationError) terminal.printError(`\n  ${bold('Next:')} ${error.nextStep}`);
  if (debug) {
    for (let cause = withoutValues(error); cause instanceof Error; cause = withoutValues(cause.cause)) {
      terminal.printError(dim(indent(cause.stack ?? cause.message, 2)));
    }
  }
  return error instanceof CodezestDbError ? exitCodeOf(error.code) : exitCodes.failed;
}

/** The same for machines. */
export function errorJson(error: unknown): { error: Record<string, unknown> } {
  const code = error instanceof CodezestDbError ? error.code : 'FAILED';
  const facts =
    error instanceof MigrationError
      ? { nextStep: error.nextStep, migration: error.migration, sqlState: error.sqlState }
      : { sqlState: errorCode(error) };
  return { error: { code, message: messageOf(error), ...facts } };
}

/** What the arguments have wrong, for machines. */
export function usageErrorJson({ message }: CommanderError): { error: Record<string, unknown> } {
  return { error: { code: 'USAGE', message: message.replace(/^error: /, '') } };
}

/** A driver's error by its message and names; its detail quotes rows and stays out. */
function messageOf(error: unknown): string {
  if (error instanceof CodezestDbError) return error.message;
  const { table, constraint } = error as { table?: unknown; constraint?: unknown };
  const place = [table, constraint].filter((name) => typeof name === 'string').join(', ');
  return place ? `${databaseAnswer(error)}\n${place}` : databaseAnswer(error);
}
