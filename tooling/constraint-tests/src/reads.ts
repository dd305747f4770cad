import { Client } from 'pg';

/** What a statement is refused for where nothing may be written or locked; nothing if it only reads. */
export interface Refusal {
  readonly name: string;
  readonly problem: string;
}

/**
 * Runs statements in a read-only transaction, with null for each parameter: the server refuses what writes or locks rows
 * before it looks at one, in functions too.
 */
export async function refusedReads(url: string, statements: ReadonlyMap<string, string>): Promise<Refusal[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const refused: Refusal[] = [];
  try {
    for (const [name, text] of statements) {
      const count = Math.max(0, ...Array.from(text.matchAll(/\$(\d+)/g), ([, n]) => Number(n)));
      await client.query('BEGIN READ ONLY');
      await client
        .query({ text, values: Array.from({ length: count }, () => null) })
        .catch((error: Error) => {
          refused.push({ name, problem: error.message });
        });
      await client.query('ROLLBACK');
    }
  } finally {
    await client.end();
  }
  return refused;
}
