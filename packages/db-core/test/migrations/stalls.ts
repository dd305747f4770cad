import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type MigrateOptions, migrate } from '../../src/migrations/index.js';
import type { Scratch } from './scratch.js';

/** What the users of a busy table met, in milliseconds. */
export interface Traffic {
  readonly sent: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly errors: string[];
}

/** A table in use by 50 statements a second, and the migrations that a site's table meets in its life. */
export async function prepareBusyTable(scratch: Scratch): Promise<void> {
  scratch.write(
    '20260101000000_busy',
    `CREATE TABLE busy (id int PRIMARY KEY, name text NOT NULL, seen int NOT NULL DEFAULT 0, team int);
     CREATE TABLE teams (id int PRIMARY KEY);
     INSERT INTO busy SELECT g, 'name ' || g FROM generate_series(1, 1000) g;`,
  );
  await migrate(scratch.options());
  const changes = [
    'ALTER TABLE busy ADD COLUMN nick text',
    "ALTER TABLE busy ADD CONSTRAINT busy_name_check CHECK (name <> '') NOT VALID",
    'ALTER TABLE busy VALIDATE CONSTRAINT busy_name_check',
    'CREATE INDEX CONCURRENTLY busy_name_idx ON busy (name)',
    'ALTER TABLE busy ADD CONSTRAINT busy_team_fkey FOREIGN KEY (team) REFERENCES teams (id) NOT VALID',
    'CREATE TRIGGER busy_rule BEFORE DELETE ON busy EXECUTE FUNCTION suppress_redundant_updates_trigger()',
  ];
  for (const [at, sql] of changes.entries()) scratch.write(`2026010200000${at}_change`, sql);
}

/** Runs `work` while the users go on, and says what they met. */
export async function duringTraffic(scratch: Scratch, work: () => Promise<unknown>): Promise<Traffic> {
  const users = fork(join(__dirname, 'traffic.mjs'), [scratch.url]);
  try {
    await once(users, 'message');
    await work();
    return await figures(users);
  } finally {
    users.kill();
  }
}

async function figures(users: ChildProcess): Promise<Traffic> {
  const answer = once(users, 'message');
  users.send('stop');
  const [traffic] = (await answer) as [Traffic];
  return traffic;
}

/** Migrates while another session holds the table for a while, as a report or a backup does. */
export async function migrateBehindReader(
  scratch: Scratch,
  holdMs: number,
  options: Partial<MigrateOptions>,
): Promise<{ applied: string[]; retries: number }> {
  const reader = await scratch.client();
  await reader.query('BEGIN; SELECT count(*) FROM busy');
  const timer = setTimeout(() => void reader.query('COMMIT'), holdMs);
  try {
    const { applied } = await migrate(scratch.options(options));
    return { applied, retries: scratch.events.filter(({ type }) => type === 'retrying').length };
  } finally {
    clearTimeout(timer);
  }
}
