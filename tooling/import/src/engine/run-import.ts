import { CodezestDbError } from '@codezest/db-core';
import type { Service } from '@codezest/db-types';
import type { Client } from 'pg';
import { ImportError } from '../errors.js';
import { readFacts } from './facts.js';
import { beginWith, closeLedger, createLedger, readRejects, readState, type StoredReject } from './ledger.js';
import { type Note, Notes } from './notes.js';
import type { Source } from './opened-source.js';
import { removeGone } from './removed-rows.js';
import { retryRejects, runStep, type StepReport, type StepRun } from './run-step.js';
import { exists, openSource } from './source.js';
import type { Keys, ServiceImport, Step } from './step.js';
import { openTarget } from './target.js';
import { unreadColumns, type Watcher, watching } from './unread-columns.js';

export interface ImportOptions {
  readonly sourceUrl: string;
  readonly targets: readonly { readonly into: ServiceImport; readonly url: string }[];
  readonly keys: Keys;
  /** Everything is done in one transaction for each database and rolled back. */
  readonly dryRun?: boolean;
  /** The last run: the source takes no writes any more, and afterwards no further run may overwrite the new databases. */
  readonly final?: boolean;
  /** Called for each rejected row at the end. */
  readonly onReject?: ((reject: RejectedRow) => void) | undefined;
  readonly onProgress?: ((service: Service, report: StepReport) => void) | undefined;
}

/** A line of the reject file. */
export interface RejectedRow {
  readonly service: Service;
  readonly step: string;
  /** Table of the source. */
  readonly from: string;
  /** Its id there. */
  readonly id: string;
  readonly table: string | null;
  readonly reason: string;
}

export interface ServiceReport {
  readonly service: Service;
  readonly steps: readonly StepReport[];
  readonly notes: readonly Note[];
  /** Rejected rows by step and reason. */
  readonly rejects: readonly { step: string; reason: string; rows: number }[];
  /** In a dry run: columns of the source that nothing was read from, so that what they hold is lost. */
  readonly unread?: readonly string[];
}

/** Brings each database up to the source, the services at the same time. What is stored stays stored if one of them fails. */
export async function runImport(options: ImportOptions): Promise<readonly ServiceReport[]> {
  const seen = watching(options.dryRun === true);
  const results = await Promise.allSettled(
    options.targets.map((target) => importService(options, seen, target)),
  );
  return results.map((result) => {
    if (result.status === 'rejected') throw typed(result.reason);
    const { report, unread } = result.value;
    // Asked for when all have ended: a column that one service does not read may be another's.
    return options.dryRun ? { ...report, unread: unread() } : report;
  });
}

/** A connection that broke, or whatever else the driver has to say: it may quote values, so it is the cause alone. */
function typed(error: unknown): CodezestDbError {
  return error instanceof CodezestDbError
    ? error
    : new ImportError(
        'IMPORT_INTERRUPTED',
        'A database did not answer or refused. Look at its log, and run again: what is stored stays, and the run goes on behind it.',
        { cause: error },
      );
}

interface Result {
  readonly report: ServiceReport;
  readonly unread: () => readonly string[];
}

async function importService(
  options: ImportOptions,
  seen: Watcher,
  { into, url }: ImportOptions['targets'][number],
): Promise<Result> {
  const source = await openSource(options.sourceUrl);
  try {
    const client = await openTarget(into.service, url);
    try {
      return options.dryRun
        ? await rolledBack(client, () => importInto(options, seen, into, source, client))
        : await importInto(options, seen, into, source, client);
    } finally {
      await client.end();
    }
  } finally {
    await source.close();
  }
}

async function importInto(
  options: ImportOptions,
  seen: Watcher,
  into: ServiceImport,
  source: Source,
  client: Client,
): Promise<Result> {
  await createLedger(client);
  const state = await readState(client);
  if (state?.closedAt)
    throw new ImportError(
      'IMPORT_CLOSED',
      `The final import into the ${into.service} database is over: another would overwrite what was done since.`,
    );
  await beginWith(client, source.identity);

  const notes = new Notes();
  const run: StepRun = {
    source,
    client,
    context: { notes, keys: options.keys, facts: await readFacts(source) },
    progress: (report) => options.onProgress?.(into.service, report),
  };
  const steps = (await into.steps(source)).filter((step) => exists(source, step)).map(seen.watch);
  const reports = steps.map(({ name }) => ({
    step: name,
    read: 0,
    added: 0,
    changed: 0,
    rejected: 0,
    removed: 0,
  }));
  const each = async (work: (step: Step, report: StepReport) => Promise<void>) => {
    for (const [at, step] of steps.entries()) await work(step, reports[at] as StepReport);
  };
  await each((step, report) => runStep(run, step, report));
  await each((step, report) => retryRejects(run, step, report));
  // Rows before what they refer to.
  for (const [at, step] of [...steps.entries()].reverse())
    (reports[at] as StepReport).removed = await removeGone(source, client, step);
  const rejects = await collectRejects(options, into.service, steps, client);
  if (options.final) await closeLedger(client);
  return {
    report: { service: into.service, steps: reports, notes: notes.all(), rejects },
    unread: () => unreadColumns(source, steps, seen),
  };
}

async function collectRejects(
  { onReject }: ImportOptions,
  service: Service,
  steps: readonly Step[],
  client: Client,
): Promise<ServiceReport['rejects']> {
  const counts = new Map<string, { step: string; reason: string; rows: number }>();
  let after: StoredReject | undefined;
  for (;;) {
    const rejects = await readRejects(client, { after });
    if (rejects.length === 0) return [...counts.values()];
    after = rejects.at(-1);
    for (const { step, key, table, reason } of rejects) {
      const { from = '', identity } = steps.find(({ name }) => name === step) ?? {};
      const id = key.slice(-(identity?.length ?? 1)).join('/');
      onReject?.({ service, step, from, id, table, reason });
      const count = counts.get(`${step} ${reason}`) ?? { step, reason, rows: 0 };
      count.rows += 1;
      counts.set(`${step} ${reason}`, count);
    }
  }
}

/**
 * All transactions of the work become savepoints of one that is rolled back, so that a dry run meets the same rules, in the
 * same order, as the run itself.
 */
async function rolledBack<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const inside = (text: string) =>
    text
      .replace(/^BEGIN/, 'SAVEPOINT outer_transaction')
      .replace(/COMMIT$/, 'RELEASE outer_transaction')
      .replace(/^ROLLBACK$/, 'ROLLBACK TO outer_transaction');
  await query('BEGIN');
  Object.assign(client, {
    query: (first: unknown, ...rest: unknown[]) =>
      query(typeof first === 'string' ? inside(first) : first, ...rest),
  });
  try {
    return await work();
  } finally {
    await query('ROLLBACK');
  }
}
