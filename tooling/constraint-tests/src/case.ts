import { type Client, DatabaseError } from 'pg';
import type { NamedObject, ObjectKind } from './catalog.js';

/** One constraint broken once, as data, so that the same case also serves when the constraint is taken away. */
export interface ConstraintCase {
  /** Name of the check, unique index, foreign key, exclusion or trigger rule that must refuse. */
  object: string;
  /** Rows that both writes need. */
  given?: string;
  /** SQL that `object` must refuse, and that nothing else would. */
  refused: string;
  /** Said where it differs from the kind's usual state. */
  sqlState?: string;
  /** The object that refuses the same write once this one is gone, where one implies the other. */
  otherwise?: string;
  /** SQL that comes as close to `refused` as possible and must be accepted. */
  allowed: string;
}

/** RESTRICT answers 23001 from PostgreSQL 18 on and 23503 before. */
const USUAL_STATES: Record<ObjectKind, string[]> = {
  check: ['23514'],
  rule: ['23514'],
  unique: ['23505'],
  exclusion: ['23P01'],
  'foreign key': ['23503', '23001'],
};

/** What the database made of a write: nothing to say, or who refused it. */
export type Outcome = { refusedBy?: undefined; rows: number } | { refusedBy: string; error: DatabaseError };

/** Runs `work` in a transaction that never commits. */
export async function rolledBack<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}

export async function prepare(client: Client, { object, given }: ConstraintCase): Promise<void> {
  if (!given) return;
  const outcome = await attempt(client, given);
  if (outcome.refusedBy !== undefined) throw new Error(`${object}: its given rows are ${describe(outcome)}`);
}

/**
 * The write with everything deferred until its end, so that it may pass through states that only the whole forbids;
 * then all of it is checked. A refused write leaves nothing behind.
 */
export async function attempt(client: Client, sql: string): Promise<Outcome> {
  await client.query('SAVEPOINT attempt; SET CONSTRAINTS ALL DEFERRED');
  try {
    const answer = await client.query(sql);
    await client.query('SET CONSTRAINTS ALL IMMEDIATE; RELEASE attempt');
    return { rows: [answer].flat().reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0) };
  } catch (error) {
    await client.query('ROLLBACK TO attempt; RELEASE attempt');
    if (!(error instanceof DatabaseError)) throw error;
    return { refusedBy: error.constraint ?? '', error };
  }
}

/** What is wrong with the case, in one sentence; undefined when the object does what the case says. */
export async function failureOf(
  client: Client,
  constraintCase: ConstraintCase,
  object: NamedObject,
): Promise<string | undefined> {
  return rolledBack(client, async () => {
    await prepare(client, constraintCase);
    const refused = await rolledBackTo(client, constraintCase.refused);
    if (refused.refusedBy === undefined) return 'the write to be refused was accepted';

    const { error } = refused;
    const names = [
      object.name,
      ...object.alsoKnownAs.map((name) => name.replace(/^.*\./, '').replaceAll('"', '')),
    ];
    const states = constraintCase.sqlState ? [constraintCase.sqlState] : USUAL_STATES[object.kind];
    if (!names.includes(refused.refusedBy)) return `the write to be refused was ${describe(refused)}`;
    if (!states.includes(error.code ?? '')) return `refused with ${error.code}, not ${states.join(' or ')}`;
    // The driver adapter keeps the name of a check or a rule only inside the message.
    if (!names.some((name) => error.message.includes(`"${name}"`))) {
      return `its message does not quote its name: ${error.message}`;
    }

    const allowed = await attempt(client, constraintCase.allowed);
    if (allowed.refusedBy !== undefined) return `the allowed write was ${describe(allowed)}`;
    if (allowed.rows === 0) return 'the allowed write touched no row, so it proves nothing';
    return undefined;
  });
}

async function rolledBackTo(client: Client, sql: string): Promise<Outcome> {
  await client.query('SAVEPOINT refused');
  const outcome = await attempt(client, sql);
  await client.query('ROLLBACK TO refused');
  return outcome;
}

export function describe(outcome: Outcome): string {
  if (outcome.refusedBy === undefined) return 'accepted';
  const { code, message, detail, position } = outcome.error;
  const where = position ? ` at character ${position}` : '';
  return `refused by ${outcome.refusedBy || 'no named object'} (${code}${where}): ${message}${detail ? ` [${detail}]` : ''}`;
}
