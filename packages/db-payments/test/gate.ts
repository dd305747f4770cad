import { CALLERS } from '@codezest/db-core/testing';
import { Client, type QueryResult } from 'pg';
import { databaseErrorFacts } from '../src/index.js';

const GATE = 7_000_001;

export interface GateRace {
  /** What the statements of those that were let through gave. */
  readonly won: readonly (readonly QueryResult[])[];
  /** Constraint by which the others were refused, with how many it refused. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface Gate {
  /** All writers stand in front of the gate, each in its own transaction, and go through it together. */
  race(write: (writer: number) => string): Promise<GateRace>;
  /** Runs statements that belong to no race. */
  run(sql: string): Promise<QueryResult>;
  close(): Promise<void>;
}

/** Writers of raw SQL: what the database alone keeps, whoever writes. */
export async function openGate(url: string): Promise<Gate> {
  const gatekeeper = new Client({ connectionString: url });
  const writers = Array.from({ length: CALLERS }, () => new Client({ connectionString: url }));
  await Promise.all([gatekeeper, ...writers].map((client) => client.connect()));

  return {
    async race(write) {
      await gatekeeper.query(`SELECT pg_advisory_lock(${GATE})`);
      const outcomes = Promise.allSettled(
        writers.map((client, writer) => throughGate(client, write(writer))),
      );
      await allWaiting(gatekeeper);
      await gatekeeper.query(`SELECT pg_advisory_unlock(${GATE})`);
      return raceOf(await outcomes);
    },
    run: (sql) => gatekeeper.query(sql),
    async close() {
      await Promise.all([gatekeeper, ...writers].map((client) => client.end()));
    },
  };
}

/** Statements that are sent together are one transaction, which ends with the last of them. */
async function throughGate(client: Client, sql: string): Promise<QueryResult[]> {
  const results = (await client.query(`SELECT pg_advisory_xact_lock_shared(${GATE}); ${sql}`)) as unknown;
  return (results as QueryResult[]).slice(1);
}

async function allWaiting(gatekeeper: Client): Promise<void> {
  for (;;) {
    const { rows } = await gatekeeper.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND objid = ${GATE} AND NOT granted`,
    );
    if (rows[0]?.waiting === CALLERS) return;
  }
}

function raceOf(outcomes: readonly PromiseSettledResult<QueryResult[]>[]): GateRace {
  const won: QueryResult[][] = [];
  const refused: Record<string, number> = {};
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') won.push(outcome.value);
    else {
      const { constraint, sqlState, name } = databaseErrorFacts(outcome.reason);
      const by = constraint ?? sqlState ?? name;
      refused[by] = (refused[by] ?? 0) + 1;
    }
  }
  return { won, refused };
}
