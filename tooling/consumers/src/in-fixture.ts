import { join } from 'node:path';
import { inject } from 'vitest';
import { run } from './tarballs.js';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of the consumer's own installation in a fixture's folder, without a variable of this run but the test
 * server's. Rejects with the output when it fails, and when it does not end by itself.
 */
export async function inFixture(
  fixture: string,
  command: string,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<Output> {
  const { PATH, HOME, TEST_DATABASE_URL } = process.env;
  const directory = inject('consumers');
  try {
    return await run(command, args, {
      cwd: join(directory, fixture),
      env: {
        PATH: `${join(directory, 'node_modules/.bin')}:${PATH}`,
        HOME,
        NODE_ENV: 'test',
        TEST_DATABASE_URL,
        ...environment,
      },
      timeout: 540_000,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout, stderr, killed } = error as Output & { killed?: boolean };
    const why = killed ? 'did not end by itself' : 'failed';
    throw new Error(`${command} ${args.join(' ')} in ${fixture} ${why}:\n${stdout}\n${stderr}`);
  }
}
