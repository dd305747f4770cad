// Why a connection could not be opened, with the code that the Prisma CLI acts on.
import { KnownError } from './errors.mjs';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
  'ECONNRESET',
]);

/**
 * Why a connection could not be opened.
 * @param {unknown} error from pg
 * @param {{ host: string, port: number | string, user: string, database: string }} server
 */
export function connectionError(error, { host, port, user, database }) {
  // Node tries every address of a host name and reports all the failures at once.
  const cause = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  const known = (code, message) => new KnownError(code, message, { cause });

  if (UNREACHABLE.has(cause.code)) {
    return known(
      'P1001',
      `Can't reach database server at \`${host}:${port}\`\n\nPlease make sure your database server is running at \`${host}:${port}\`.`,
    );
  }
  if (cause.code === 'ETIMEDOUT' || /timeout/i.test(cause.message)) {
    return known('P1002', `The database server at \`${host}:${port}\` was reached but timed out.`);
  }
  switch (cause.code) {
    case '3D000':
      return known(
        'P1003',
        `Database \`${database}\` does not exist on the database server at \`${host}:${port}\`.`,
      );
    case '28P01':
      return known(
        'P1000',
        `Authentication failed against the database server at \`${host}:${port}\`: the credentials for \`${user}\` are not valid.`,
      );
    case '28000':
    case '42501':
      return known(
        'P1010',
        `User \`${user}\` was denied access on the database \`${database}\`: ${cause.message}`,
      );
    case '42P04':
      return known(
        'P1009',
        `Database \`${database}\` already exists on the database server at \`${host}:${port}\`.`,
      );
    case '57P03':
    case '53300':
      return known(
        'P1001',
        `The database server at \`${host}:${port}\` accepts no connection now: ${cause.message}`,
      );
    default:
      return known(
        'P1011',
        `Error opening a connection to the database server at \`${host}:${port}\`: ${cause.message}`,
      );
  }
}
