import { setTimeout as wait } from 'node:timers/promises';
import { CodezestDbError, failureClass } from '@codezest/db-core';
import type { Client } from './client.js';

/** The month is not over: dropping what lies before it would be a mistake rather than the end of a retention. */
export class RetentionTooShortError extends CodezestDbError {
  constructor() {
    super(
      'RETENTION_TOO_SHORT',
      'Nothing was dropped: retention can end for months that are over. Give a date that is not in the future.',
    );
  }
}

/** The months asked for are no months, or such that no event can be of them. */
export class PartitionRangeError extends CodezestDbError {
  constructor() {
    super(
      'PARTITION_RANGE_INVALID',
      'Nothing was done: give valid dates from 2010 to ten years ahead, the first one not after the last.',
    );
  }
}

export interface PartitionOptions {
  /** How long to try again where somebody else holds the tables, from one success to the next. Default 60,000. */
  readonly giveUpAfterMs?: number;
}

const tables = ['user_activities', 'analytics_events'] as const;

/** So many rows are moved in about a second, for which whoever needs the table waits. */
const rowsPerStep = 20_000;

/** Each takes about ten of the locks that a server has for a transaction. */
const partitionsPerStep = 48;

/**
 * Makes the monthly partitions of both tables from one month to another, in UTC, moves there what waited for them in the
 * default partition, and returns how many were missing. Call it monthly, a quarter ahead: without it nothing is lost, but
 * the default partition grows and cannot be dropped by month.
 *
 * Goes in steps of some ten thousand rows, each a transaction of its own, with pauses as long as the steps: readers and
 * writers wait for moments. A call that was cut off is continued by the next one. Where somebody else holds the tables it
 * tries again. Needs the role that owns the tables. Inside a transaction everything stays locked to its end.
 *
 * @throws {PartitionRangeError}; or what the database says when the tables stay held for `giveUpAfterMs`.
 * @example const made = await ensurePartitions(prisma, now, inThreeMonths);
 */
export async function ensurePartitions(
  client: Client,
  from: Date,
  to: Date,
  { giveUpAfterMs = 60_000 }: PartitionOptions = {},
): Promise<number> {
  if (!isMonthOfEvents(from) || !isMonthOfEvents(to) || from > to) throw new PartitionRangeError();
  const ask = asking(client, giveUpAfterMs);
  const span = [from.toISOString(), to.toISOString()];
  let made = 0;
  for (;;) {
    const [row] = await ask<{ made: number }>(
      `SELECT partitions.ensure_empty(${dateOf('$1')}, ${dateOf('$2')}, $3::int) AS made`,
      ...span,
      partitionsPerStep,
    );
    if (!row?.made) break;
    made += row.made;
  }
  const missing = `SELECT parent, month::text FROM partitions.missing(${dateOf('$1')}, ${dateOf('$2')})`;
  for (const month of await ask<Month>(missing, ...span)) made += await fill(ask, month);
  return made;
}

/**
 * Makes the partition of every month that rows wait for in the default partition, moves them there, and returns how many
 * partitions were missing. In steps, as `ensurePartitions`.
 *
 * @example await emptyDefaultPartition(prisma);
 */
export async function emptyDefaultPartition(
  client: Client,
  { giveUpAfterMs = 60_000 }: PartitionOptions = {},
): Promise<number> {
  const ask = asking(client, giveUpAfterMs);
  let made = 0;
  for (const month of await ask<Month>('SELECT parent, month::text FROM partitions.waiting()'))
    made += await fill(ask, month);
  return made;
}

interface Month {
  readonly parent: string;
  readonly month: string;
}

/** One month's partition with all that waits for it; 1 if it was missing. */
async function fill(ask: Ask, { parent, month }: Month): Promise<number> {
  let made = 0;
  for (;;) {
    await ask('SELECT partitions.prepare_step($1, $2::date)::text', parent, month);
    const started = performance.now();
    const [step] = await ask<{ made: boolean; done: boolean }>(
      'SELECT made, done FROM partitions.ensure_step($1, $2::date, $3::int)',
      parent,
      month,
      rowsPerStep,
    );
    if (step?.made) made = 1;
    if (step?.done !== false) return made;
    await wait(performance.now() - started);
  }
}

/**
 * Ends the retention of the months before the one of `date`, in UTC: drops their partitions, deletes what waited in the
 * default partition without one, and returns the names of all of them. Nothing brings the rows back. Goes in steps, as
 * `ensurePartitions`. Needs the role that owns the tables.
 *
 * @throws {RetentionTooShortError} when the date is in the future. {@link PartitionRangeError}
 * @example const dropped = await dropPartitionsBefore(prisma, twoYearsAgo);
 */
export async function dropPartitionsBefore(
  client: Client,
  date: Date,
  { giveUpAfterMs = 60_000 }: PartitionOptions = {},
): Promise<string[]> {
  if (!(date instanceof Date)) throw new PartitionRangeError();
  if (date.getTime() > Date.now()) throw new RetentionTooShortError();
  if (!isMonthOfEvents(date)) throw new PartitionRangeError();
  const dropped = new Set<string>();
  const ask = asking(client, giveUpAfterMs);
  for (;;) {
    const names = await ask<{ name: string }>(
      `SELECT name FROM partitions.drop_step(${dateOf('$1')}, $2::int) AS name`,
      date.toISOString(),
      partitionsPerStep,
    );
    for (const { name } of names) dropped.add(name);
    if (names.length < partitionsPerStep) break;
  }
  for (const table of tables) {
    for (;;) {
      const ended = await ask<{ month: string }>(
        `SELECT to_char(ended, 'YYYY_MM') AS month FROM partitions.end_waiting($1, ${dateOf('$2')}, $3::int)`,
        table,
        date.toISOString(),
        rowsPerStep,
      );
      if (ended.length === 0) break;
      for (const { month } of ended) dropped.add(`${table}_${month}`);
    }
  }
  return [...dropped].sort();
}

type Ask = <Row>(sql: string, ...values: unknown[]) => Promise<Row[]>;

const asking =
  (client: Client, giveUpAfterMs: number): Ask =>
  (sql, ...values) =>
    whenFree(giveUpAfterMs, () => client.$queryRawUnsafe(sql, ...values));

/** A lock that is not given within a second is asked for again, after time for those who waited behind it. */
async function whenFree<Result>(giveUpAfterMs: number, step: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + giveUpAfterMs;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const failure = failureClass(error);
      if ((failure !== 'lock' && failure !== 'conflict') || performance.now() > deadline) throw error;
      await wait(250 + Math.random() * 250);
    }
  }
}

const dateOf = (instant: string) => `(${instant}::timestamptz AT TIME ZONE 'UTC')::date`;

const EARLIEST = Date.UTC(2010);

/** No event is older than the first bound, and so far ahead nobody looks. */
function isMonthOfEvents(date: unknown): date is Date {
  if (!(date instanceof Date)) return false;
  const now = new Date();
  return date.getTime() >= EARLIEST && date.getTime() < now.setUTCFullYear(now.getUTCFullYear() + 10);
}
