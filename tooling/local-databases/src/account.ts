import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { LocalDatabaseError } from './errors.js';

/** Whom the server runs as when we are root, which PostgreSQL refuses to be. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const PREFERRED = ['nobody', 'postgres', 'daemon'];

/**
 * Nothing for an ordinary user, who runs servers as himself. For root, an account that exists in /etc/passwd (initdb
 * looks its own up there) and that this system lets us become: containers may map only some.
 */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;

  const account = knownAccounts().find((candidate) => canRun(candidate, 'true'));
  if (account) return account;
  throw new LocalDatabaseError(
    'NO_UNPRIVILEGED_ACCOUNT',
    'PostgreSQL does not run as root, and this system lets us become none of nobody, postgres and daemon. ' +
      'Run the command as an ordinary user, or name a running server (TEST_DATABASE_URL, *_DATABASE_URL).',
  );
}

/** The options of `spawn` that make a child run as the account. */
export function runningAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/**
 * Signals processes that should be the account's, as the account: were we ever wrong about one, the system refuses,
 * where it would obey root.
 */
export function signalAs(
  account: Account | undefined,
  signal: NodeJS.Signals,
  pids: readonly number[],
): void {
  if (pids.length === 0) return;
  const numbers = pids.map(String);
  spawnSync('kill', ['-s', signal.replace(/^SIG/, ''), '--', ...numbers], {
    ...runningAs(account),
    stdio: 'ignore',
  });
}

/** Asked of the system itself: mode bits do not tell of ACLs, mount options or security modules. */
export function canUse(account: Account | undefined, folder: string): boolean {
  return account === undefined || canRun(account, 'test -d "$0" && test -x "$0"', folder);
}

function canRun(account: Account, script: string, ...args: string[]): boolean {
  const { status } = spawnSync('sh', ['-c', script, ...args], {
    ...runningAs(account),
    cwd: '/',
    stdio: 'ignore',
  });
  return status === 0;
}

function knownAccounts(): Account[] {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  return PREFERRED.flatMap((name) => accounts.find((account) => account.name === name) ?? []);
}
