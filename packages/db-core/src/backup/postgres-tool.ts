import { spawn } from 'node:child_process';
import { BackupError } from './errors.js';
import { withoutValuesInText } from './tool-messages.js';

/** How a tool reaches the database. In its environment: every process of the machine can read a command line. */
export type ToolEnvironment = Readonly<Record<string, string>>;

/** Variables of libpq for a session that is open already, so that the tool goes to the same server. */
export function toolEnvironment(session: {
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | null | undefined;
  readonly database?: string | undefined;
  readonly ssl: unknown;
}): ToolEnvironment {
  return {
    PGHOST: session.host,
    PGPORT: String(session.port),
    PGUSER: session.user ?? '',
    PGPASSWORD: session.password ?? '',
    PGDATABASE: session.database ?? '',
    PGAPPNAME: 'codezest-backup',
    ...(session.ssl ? { PGSSLMODE: 'require' } : {}),
  };
}

/** Runs pg_dump or pg_restore to its end. */
export async function runTool(
  tool: 'pg_dump' | 'pg_restore',
  args: readonly string[],
  environment: ToolEnvironment,
): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(tool, args, {
    env: { PATH, HOME, LC_ALL: 'C', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(
        new BackupError(
          'BACKUP_TOOL_MISSING',
          `${tool} is not installed. Install the client programs of PostgreSQL (Debian: postgresql-client), of the server's version or a newer one.`,
          { cause },
        ),
      ),
    );
    child.on('close', resolve);
  });
  if (code !== 0)
    throw new BackupError(
      'BACKUP_TOOL_FAILED',
      `${tool} ended with ${code}, and what it made is of no use: ${withoutValuesInText(complaint)}`,
    );
  return said;
}
