import type { Client } from 'pg';
import { quoted } from './identifiers.js';
import { type Progress, readProgress, readRejects, writeProgress, writeRejects } from './ledger.js';
import type { Source } from './opened-source.js';
import { horizonOf, readRows, type SourceRow, StepReader } from './source.js';
import { type Context, Refusal, type Step } from './step.js';
import { type Reject, type Unit, writeUnits } from './write-units.js';

export interface StepReport {
  readonly step: string;
  read: number;
  added: number;
  changed: number;
  rejected: number;
  removed: number;
}

export interface StepRun {
  readonly source: Source;
  readonly client: Client;
  readonly context: Context;
  /** Called after each batch that is stored. */
  readonly progress?: ((report: StepReport) => void) | undefined;
}

/** One pass over a step: the rest of one that was interrupted, and then what has changed since the last. */
export async function runStep(run: StepRun, step: Step, report: StepReport): Promise<void> {
  if (step.beforehand !== undefined) await run.client.query(step.beforehand);
  const before = await readProgress(run.client, step.name);
  if (before.horizon !== null) await runPass(run, step, report, before);
  const { doneHorizon } = await readProgress(run.client, step.name);
  const horizon = await horizonOf(run.source);
  await runPass(run, step, report, {
    lastKey: null,
    since: reach(doneHorizon, horizon),
    horizon,
    doneHorizon,
  });
}

/** Ages of transactions are known for two billion of them. */
function reach(since: bigint | null, now: bigint): bigint | null {
  return since !== null && now - since < 2n ** 31n - 1_000_000n ? since : null;
}

async function runPass(run: StepRun, step: Step, report: StepReport, from: Progress): Promise<void> {
  const reader = new StepReader(run.source, step, from.since);
  let rows = await reader.after(from.lastKey);
  let lastKey = from.lastKey;
  while (rows.length > 0) {
    lastKey = rows.at(-1)?.key ?? lastKey;
    const progress = { ...from, lastKey };
    // The source is read while the target writes.
    const [next] = await Promise.all([
      reader.after(lastKey),
      storeBatch(run, step, report, rows, (client) => writeProgress(client, step.name, progress)),
    ]);
    rows = next;
  }
  await writeProgress(run.client, step.name, {
    lastKey: null,
    since: null,
    horizon: null,
    doneHorizon: from.horizon,
  });
}

/** Tries rows again that were rejected: what they refer to may have come, or the source was corrected. */
export async function retryRejects(run: StepRun, step: Step, report: StepReport): Promise<void> {
  let after: Awaited<ReturnType<typeof readRejects>>[number] | undefined;
  for (;;) {
    const rejects = await readRejects(run.client, { step: step.name, after });
    if (rejects.length === 0) return;
    after = rejects.at(-1);
    const keys = rejects.map(({ key }) => key);
    report.rejected -= rejects.length;
    const rows = await readRows(run.source, step, keys);
    await storeBatch(run, step, report, rows, async (client) => {
      // One that is gone from the source is no longer missing here.
      const there = new Set(rows.map(({ key }) => JSON.stringify(key)));
      const gone = keys.filter((key) => !there.has(JSON.stringify(key)));
      await writeRejects(client, step.name, gone, []);
    });
  }
}

async function storeBatch(
  { client, context, progress }: StepRun,
  step: Step,
  report: StepReport,
  rows: readonly SourceRow[],
  alsoStore: (client: Client) => Promise<void>,
): Promise<void> {
  const { units, rejects } = converted(step, rows, context);
  await client.query('BEGIN');
  try {
    await switchTelling(client, step, 'DISABLE');
    const outcome = await writeUnits(client, step, units);
    await switchTelling(client, step, 'ENABLE');
    const all = [...rejects, ...outcome.rejects];
    await writeRejects(
      client,
      step.name,
      rows.map(({ key }) => key),
      all,
    );
    await alsoStore(client);
    await client.query('COMMIT');
    report.read += rows.length;
    report.added += outcome.added;
    report.changed += outcome.changed;
    report.rejected += all.length;
    progress?.(report);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function switchTelling(client: Client, { targets }: Step, how: 'DISABLE' | 'ENABLE'): Promise<void> {
  for (const { table, untold } of targets)
    if (untold !== undefined)
      await client.query(`ALTER TABLE ${quoted(table)} ${how} TRIGGER ${quoted(untold)}`);
}

export function converted(
  step: Step,
  rows: readonly SourceRow[],
  context: Context,
): { units: Unit[]; rejects: Reject[] } {
  const units: Unit[] = [];
  const rejects: Reject[] = [];
  for (const { key, row } of rows) {
    try {
      units.push({ key, rows: step.convert(row, context) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      rejects.push({ key, table: null, reason: error.reason });
    }
  }
  return { units, rejects };
}
