/**
 * The small program between a throw-away server and the run that it serves: starts the server, ends it when the owner
 * is gone or when told to (SIGTERM), and removes the data. A process of its own, because the owner may be killed
 * without a chance to clean up, and because a test runner replaces the workers that start servers.
 *
 * Text, not a module: bundled into a published package there is no file to start, and a function's source would hold
 * whatever the bundler put there. Plain CommonJS for `node -e`; its last argument is a `WatchdogTask` (the only one in Node, behind others in Deno).
 */
export const WATCHDOG_PROGRAM = `
const { spawn } = require('node:child_process');
const { readFileSync, openSync, rmSync } = require('node:fs');
const { owner, program, args, uid, gid, folder, logFile, dataDirectory } = JSON.parse(process.argv.at(-1));

const log = openSync(logFile, 'a');
const server = spawn(program, args, { uid, gid, cwd: dataDirectory, stdio: ['ignore', log, log] });
let stopping = false;

function stop() {
  if (stopping) return;
  stopping = true;
  server.kill('SIGQUIT');
  setTimeout(() => server.kill('SIGKILL'), 10000).unref();
}

function ownerLives() {
  try {
    if (process.platform !== 'linux') return process.kill(owner.pid, 0);
    const stat = readFileSync('/proc/' + owner.pid + '/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] !== 'Z' && fields[19] === owner.start;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

process.on('SIGTERM', stop);
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
setInterval(() => ownerLives() || stop(), 300).unref();

server.on('error', () => process.exit(1));
server.on('exit', (code) => {
  if (stopping) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(stopping ? 0 : code || 1);
});
`;

export interface WatchdogTask {
  owner: { pid: number; start: string };
  program: string;
  args: string[];
  uid?: number;
  gid?: number;
  /** Removed when the server has ended on demand; a failed start leaves it for its log to be read. */
  folder: string;
  dataDirectory: string;
  logFile: string;
}
