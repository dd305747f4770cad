import { LocalDatabaseError } from '@codezest/local-databases';
import pc from 'picocolors';

/** It failed for a reason that the person at the terminal can do something about; the message says what. */
export class CommandFailedError extends Error {}

/**
 * Runs a command of this folder: what a person can mend is told without a stack, and Ctrl-C lets `work` tidy up. A
 * terminal sends the signal to every process of the command and package managers pass it on, so it comes more than once.
 */
export async function runCommand(work: (interrupted: AbortSignal) => Promise<void>): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());
  try {
    await work(interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) {
      console.error('\nInterrupted. Nothing is left half-done; run it again to go on.');
      process.exitCode = 130;
      return;
    }
    if (!(error instanceof CommandFailedError || error instanceof LocalDatabaseError)) throw error;
    console.error(`\n${pc.red('✖')} ${error.message}`);
    process.exitCode = 1;
  }
}
