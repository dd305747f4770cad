import type { QueryingClient } from '@codezest/db-core';
import type { HotDatabase } from './hot-database.js';

/** The ways to the same rows, as they stand in the table. `pg` is the floor: the same SQL and nothing around it. */
export const wayNames = ['ours', 'pg', 'postgres.js', 'drizzle', 'prisma'] as const;
export type WayName = (typeof wayNames)[number];

export interface Way {
  run(key: string): Promise<unknown>;
  /** What of the answer must be the same whichever way it came. */
  gist(key: string): Promise<unknown>;
}

export function way<Answer>(run: (key: string) => Promise<Answer>, gist: (answer: Answer) => unknown): Way {
  return { run, gist: async (key) => gist(await run(key)) };
}

/** What every request of a service does. */
export interface HotPath {
  /** The function of ours. */
  readonly name: string;
  /** What it is asked for in turn: users, tokens, modules. */
  readonly keys: readonly string[];
  readonly ways: Readonly<Record<WayName, Way>>;
}

/** The hot paths of one database. */
export interface HotSuite {
  readonly database: Pick<HotDatabase<object>, 'client' | 'pg' | 'server' | 'reconnect' | 'close'>;
  readonly paths: readonly HotPath[];
}

/** The SQL that a function of ours sends, so that raw `pg` cannot fall behind it. */
export async function sqlOf<Client>(call: (client: Client) => Promise<unknown>): Promise<string> {
  const sent: string[] = [];
  const recorder: QueryingClient = {
    $queryRawUnsafe: async <Result>(text: string) => {
      sent.push(text);
      return [] as Result;
    },
  };
  await call(recorder as Client);
  const [text] = sent;
  if (text === undefined || sent.length > 1)
    throw new Error(`One statement was expected, not ${sent.length}.`);
  return text;
}
