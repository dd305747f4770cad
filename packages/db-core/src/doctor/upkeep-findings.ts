import { type Finding, listed } from './findings.js';
import type { ReplicaState } from './replica-state.js';
import type { UpkeepFacts } from './upkeep-facts.js';

const DAY_MS = 86_400_000;
/** A month is made at the latest two weeks before it begins. */
const LEAST_AHEAD_MS = 14 * DAY_MS;
/** Smaller ones cost nothing. */
const LEAST_INDEX_BYTES = 8_000_000;
const MOST_BLOAT = 3;
/** A monthly job reads its index once a month. */
const LEAST_STATISTICS_DAYS = 35;
const SEQUENCE_WARNING = 0.5;
const SEQUENCE_PROBLEM = 0.8;
const MOST_KEPT_BYTES = 1_000_000_000;
const MOST_BEHIND_BYTES = 100_000_000;
/** Autovacuum freezes at 200 million by itself. */
const AGE_WARNING = 500_000_000;
const AGE_PROBLEM = 1_500_000_000;

/** Of tables that are kept by month, as those of activity; nothing where there are none. */
export function monthsFinding({ months }: UpkeepFacts, now: Date, command: string): Finding | undefined {
  if (months.length === 0) return undefined;
  const ahead = ({ until }: (typeof months)[number]) => (until?.getTime() ?? 0) - now.getTime();
  const over = months.filter((table) => ahead(table) <= 0);
  const ending = months.filter((table) => ahead(table) > 0 && ahead(table) < LEAST_AHEAD_MS);
  const waiting = months.filter((table) => table.waiting > 0);
  const remedy = `${command} partitions run, daily or monthly, as the role that owns the tables.`;
  const finding = [
    over.length > 0 ? `no month from today on in ${listed(over.map(({ table }) => table))}` : '',
    ending.length > 0
      ? `the last month ends within two weeks in ${listed(ending.map(({ table }) => table))}`
      : '',
    waiting.length > 0 ? `rows wait for their month in ${listed(waiting.map(({ table }) => table))}` : '',
  ].filter(Boolean);
  if (finding.length > 0)
    return {
      check: 'months',
      result: over.length > 0 ? 'problem' : 'warning',
      finding: finding.join('; '),
      remedy,
    };
  const until = new Date(Math.min(...months.map((table) => table.until?.getTime() ?? 0)));
  return { check: 'months', result: 'ok', finding: `made until ${until.toISOString().slice(0, 7)}` };
}

/** Invalid ones first: an interrupted CREATE INDEX CONCURRENTLY leaves one that is written and never read. */
export function indexesFinding({ indexes, statisticsDays }: UpkeepFacts): Finding {
  const invalid = indexes.filter(({ valid }) => !valid).map(({ index }) => index);
  if (invalid.length > 0)
    return {
      check: 'indexes',
      result: 'problem',
      finding: `invalid, so written and never read: ${listed(invalid)}`,
      remedy: `As the owner: ${invalid.map((index) => `REINDEX INDEX CONCURRENTLY ${quoted(index)};`).join(' ')}`,
    };
  const large = indexes.filter(({ bytes }) => bytes >= LEAST_INDEX_BYTES);
  const bloated = large.filter(
    ({ bytes, neededBytes }) => neededBytes !== null && bytes > MOST_BLOAT * neededBytes,
  );
  const unread =
    statisticsDays < LEAST_STATISTICS_DAYS
      ? []
      : large.filter(({ scans, keepsRule }) => scans === 0 && !keepsRule);
  if (bloated.length > 0)
    return {
      check: 'indexes',
      result: 'warning',
      finding: `larger than their rows need: ${listed(bloated.map((each) => `${each.index} (${megabytes(each.bytes)} for ${megabytes(each.neededBytes ?? 0)})`))}`,
      remedy: `As the owner, while the site is up: ${bloated.map(({ index }) => `REINDEX INDEX CONCURRENTLY ${quoted(index)};`).join(' ')}`,
    };
  if (unread.length > 0)
    return {
      check: 'indexes',
      result: 'warning',
      finding: `not read in ${Math.floor(statisticsDays)} days: ${listed(unread.map((each) => `${each.index} (${megabytes(each.bytes)})`))}`,
      remedy:
        'Look at pg_stat_user_indexes of the replicas too: each server counts for itself. Then drop them in a migration, with DROP INDEX CONCURRENTLY.',
    };
  return { check: 'indexes', result: 'ok', finding: `${indexes.length}, none invalid, none far too large` };
}

export function sequencesFinding({ sequences }: UpkeepFacts): Finding {
  const near = sequences.filter(({ used }) => used >= SEQUENCE_WARNING);
  if (near.length === 0)
    return { check: 'sequences', result: 'ok', finding: `${sequences.length}, none near its end` };
  return {
    check: 'sequences',
    result: near.some(({ used }) => used >= SEQUENCE_PROBLEM) ? 'problem' : 'warning',
    finding: `used up: ${listed(near.map(({ sequence, used }) => `${sequence} to ${Math.floor(used * 100)} %`))}`,
    remedy:
      'Change the column to bigint in the steps of CONTRIBUTING, "Change a table that is in use", and the sequence with ALTER SEQUENCE … AS bigint.',
  };
}

/** Replication slots keep the log for whoever reads from them, and fill the disk for one that nobody reads from. */
export function slotsFinding({ slots }: UpkeepFacts): Finding | undefined {
  if (slots.length === 0) return undefined;
  const lost = slots.filter(({ lost }) => lost).map(({ slot }) => slot);
  const idle = slots.filter(
    ({ active, lost, keptBytes }) => !active && !lost && keptBytes >= MOST_KEPT_BYTES,
  );
  const slow = slots.filter(({ active, keptBytes }) => active && keptBytes >= MOST_KEPT_BYTES);
  if (lost.length > 0 || idle.length > 0)
    return {
      check: 'slots',
      result: 'problem',
      finding: [
        lost.length > 0 ? `the log of ${listed(lost)} is gone` : '',
        idle.length > 0
          ? `nobody reads from ${listed(idle.map((each) => `${each.slot} (keeps ${megabytes(each.keptBytes)})`))}`
          : '',
      ]
        .filter(Boolean)
        .join('; '),
      remedy: [...lost, ...idle.map(({ slot }) => slot)]
        .map((slot) => `SELECT pg_drop_replication_slot('${slot}');`)
        .join(' ')
        .concat(' unless its reader comes back; a standby or a connector that lost its log is made anew.'),
    };
  if (slow.length > 0)
    return {
      check: 'slots',
      result: 'warning',
      finding: `far behind: ${listed(slow.map((each) => `${each.slot} (${megabytes(each.keptBytes)})`))}`,
      remedy:
        'Find out what its reader waits for, and set max_slot_wal_keep_size, so that the disk does not fill up.',
    };
  return { check: 'slots', result: 'ok', finding: `${slots.length}, all read from` };
}

export function transactionsFinding({ transactionAge }: UpkeepFacts): Finding {
  const age = `the oldest row is ${Math.round(transactionAge / 1e6)} million transactions old`;
  if (transactionAge < AGE_WARNING) return { check: 'transactions', result: 'ok', finding: age };
  return {
    check: 'transactions',
    result: transactionAge < AGE_PROBLEM ? 'warning' : 'problem',
    finding: `${age}; the server stops at 2,147 million`,
    remedy:
      'End what holds them back: long transactions (pg_stat_activity), prepared ones (pg_prepared_xacts), idle slots. Then, as a superuser: VACUUM (FREEZE).',
  };
}

/** The replica that `readFromReplica` would read; nothing where no URL names one. */
export function replicaFinding(replica: ReplicaState | undefined, variable: string): Finding | undefined {
  if (replica === undefined) return undefined;
  if ('problem' in replica)
    return {
      check: 'replica',
      result: 'problem',
      finding: `it cannot be read: ${replica.problem}`,
      remedy: `Start it, or correct ${variable}. Meanwhile reads go to the primary.`,
    };
  if (!replica.standby)
    return {
      check: 'replica',
      result: 'warning',
      finding: 'it is a primary: it was promoted, or the URL leads to the primary itself',
      remedy: `Point ${variable} at a standby, or remove it.`,
    };
  if (replica.behindBytes >= MOST_BEHIND_BYTES || replica.paused)
    return {
      check: 'replica',
      result: 'warning',
      finding: `${megabytes(replica.behindBytes)} behind the primary${replica.paused ? ', and its replay is paused' : ''}`,
      remedy: replica.paused
        ? 'On the standby: SELECT pg_wal_replay_resume();'
        : 'Look on the standby for long reads that hold the replay back (max_standby_streaming_delay), and at the line between the servers.',
    };
  return { check: 'replica', result: 'ok', finding: `a standby, ${megabytes(replica.behindBytes)} behind` };
}

function megabytes(bytes: number): string {
  return `${bytes < 10_000_000 ? (bytes / 1_000_000).toFixed(1) : Math.round(bytes / 1_000_000)} MB`;
}

function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join('.');
}
