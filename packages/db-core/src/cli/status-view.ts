import type { BackfillState } from '../migrations/index.js';
import {
  type AppliedMigration,
  type MigrationStatus,
  needsPerson,
  type UnfinishedAttempt,
} from '../migrations/status.js';
import type { CommandContext } from './command-context.js';
import { count, duration, indent } from './terminal.js';

/** The status as a person reads it: one line per migration in the order they run, then one sentence of judgement. */
export function statusLines(status: MigrationStatus, context: CommandContext, now: Date): string[] {
  const { colors } = context.terminal;
  const { bold, dim, green, yellow, red } = colors;
  const failed = new Map(status.failed.map((attempt) => [attempt.name, attempt]));
  const applied = new Map(status.applied.map((migration) => [migration.name, migration]));
  const names = [...new Set([...applied.keys(), ...status.pending, ...failed.keys()])].sort();
  const width = Math.max(0, ...names.map((name) => name.length));

  const lineOf = (name: string): string => {
    const done = applied.get(name);
    const padded = name.padEnd(width);
    if (status.changed.includes(name))
      return `  ${red('✖')} ${padded}  ${red('changed after it was applied')}`;
    if (status.missing.includes(name)) return `  ${yellow('?')} ${padded}  ${yellow('not in this package')}`;
    if (done) return `  ${green('✔')} ${padded}  ${dim(appliedWords(done, now))}`;
    const attempt = failed.get(name);
    if (attempt) return `  ${red('✖')} ${padded}  ${red(attemptWords(attempt, now))}`;
    const order = status.outOfOrder.includes(name)
      ? red('pending, but older than an applied one')
      : yellow('pending');
    return `  ${yellow('○')} ${padded}  ${order}`;
  };

  const backfillLine = ({ name, state, rows }: BackfillState): string =>
    yellow(
      `Backfill ${name} is ${state}, ${count(rows, 'row')} so far: ` +
        `${context.command} backfill${state === 'paused' ? ` --resume ${name}` : ''}`,
    );

  return [
    `${bold(context.service)} ${dim(context.version)} ${dim('→')} ${context.databaseName()} ${dim(`(PostgreSQL ${status.serverVersion})`)}`,
    '',
    ...names.map(lineOf),
    ...(names.length ? [''] : []),
    ...status.failed.flatMap((attempt) => (attempt.reason ? [indent(attempt.reason, 4), ''] : [])),
    ...status.backfills.filter(({ state }) => state !== 'finished').map(backfillLine),
    ...(status.running ? [yellow(`A migration is running now (${status.running}).`)] : []),
    judgement(status, context),
  ];
}

function judgement(status: MigrationStatus, { command, terminal }: CommandContext): string {
  const { bold, green, yellow, red } = terminal.colors;
  const changed = status.changed.length;
  if (changed) {
    return red(
      `${count(changed, 'applied migration')} changed. Restore the released file; put the change into a new migration.`,
    );
  }
  const stuck = status.failed.find((attempt) => !attempt.recovers);
  if (stuck) return `${red('An attempt needs a decision:')} ${bold(`${command} resolve --help`)}`;
  if (status.missing.length && !status.upToDate) {
    return yellow('The database is ahead of this package: a newer release has migrated it.');
  }
  if (status.outOfOrder.length) {
    return red(
      `${status.outOfOrder[0]} is pending, but older than an applied migration. Give it a newer time stamp.`,
    );
  }
  if (status.failed.some(needsPerson))
    return `${red('The last attempt failed.')} Mend the cause, then: ${bold(`${command} migrate`)}`;
  if (status.failed.length)
    return `${yellow('The last attempt was interrupted.')} The next one does it again: ${bold(`${command} migrate`)}`;
  if (status.pending.length) {
    const pending = count(status.pending.length, 'migration is pending', 'migrations are pending');
    return `${yellow(`${pending}.`)} Apply: ${bold(`${command} migrate`)}`;
  }
  return `${green('Up to date:')} ${count(status.applied.length, 'migration')} applied.`;
}

function appliedWords({ appliedAt, durationMs }: AppliedMigration, now: Date): string {
  const how = durationMs > 0 ? `applied in ${duration(durationMs)}` : 'recorded';
  return `${how.padEnd(18)}  ${moment(appliedAt)}  ${ago(appliedAt, now)}`;
}

function attemptWords(attempt: UnfinishedAttempt, now: Date): string {
  const what = attempt.reason === undefined ? 'was interrupted' : 'failed';
  const next = attempt.recovers ? 'the next run tries again' : 'needs a decision';
  return `${what} ${ago(attempt.startedAt, now)}, ${next}`;
}

function moment(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function ago(at: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - at.getTime()) / 1_000);
  if (seconds < 60) return 'just now';
  if (seconds < 3_600) return `${count(Math.floor(seconds / 60), 'minute')} ago`;
  if (seconds < 86_400) return `${count(Math.floor(seconds / 3_600), 'hour')} ago`;
  return `${count(Math.floor(seconds / 86_400), 'day')} ago`;
}
