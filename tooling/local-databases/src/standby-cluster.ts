import { chownSync, cpSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import type { Cluster } from './server-process.js';

/** What a server needs to be copied while it runs, and to have a standby. */
export const PRIMARY_SETTINGS: Readonly<Record<string, string>> = {
  wal_level: 'replica',
  max_wal_senders: '4',
  hot_standby: 'on',
};

/** The running server's own. */
const LEFT_OUT = ['postmaster.pid', 'postmaster.opts'];

/**
 * Copies a running server that was started with `PRIMARY_SETTINGS` into an empty folder as its streaming standby, as
 * pg_basebackup does, which the npm binaries do not have.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function copyAsStandby(
  primary: { readonly url: string; readonly dataDirectory: string },
  { dataDirectory, account }: Cluster,
): Promise<void> {
  const client = new Client({ connectionString: primary.url });
  await client.connect();
  try {
    await client.query("SELECT pg_backup_start('standby', true)");
    cpSync(primary.dataDirectory, dataDirectory, {
      recursive: true,
      filter: (source) => !LEFT_OUT.includes(basename(source)),
    });
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    const { hostname, port, username, password } = new URL(primary.url);
    writeFileSync(join(dataDirectory, 'backup_label'), rows[0]?.labelfile ?? '');
    writeFileSync(join(dataDirectory, 'standby.signal'), '');
    writeFileSync(
      join(dataDirectory, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`,
    );
  } finally {
    await client.end();
  }
  if (account === undefined) return;
  for (const name of ['.', ...readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' })]) {
    chownSync(join(dataDirectory, name), account.uid, account.gid);
  }
}
