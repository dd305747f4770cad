import { Client } from 'pg';
import { attempt, type ConstraintCase, describe, type Outcome, prepare, rolledBack } from './case.js';
import { namedObjects } from './catalog.js';

export interface MutationScore {
  mutants: number;
  /** One sentence per mutant that no case noticed. */
  survivors: string[];
}

/**
 * Takes each object away in turn and demands that a case notices: the write it refused must now pass. A case whose write
 * fails for another reason as well proves nothing about its object, and this is the only thing that shows it.
 */
export async function mutationScore(url: string, cases: ConstraintCase[]): Promise<MutationScore> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const mutants = new Map<string, string[]>();
    for (const { name, disarm } of await namedObjects(client)) {
      for (const statement of disarm) mutants.set(statement, [...(mutants.get(statement) ?? []), name]);
    }
    const survivors: string[] = [];
    for (const [statement, names] of mutants) {
      const reason = await survival(
        client,
        statement,
        cases.filter(({ object }) => names.includes(object)),
      );
      if (reason) survivors.push(`${statement}: ${reason}`);
    }
    return { mutants: mutants.size, survivors };
  } finally {
    await client.end();
  }
}

async function survival(
  client: Client,
  disarm: string,
  cases: ConstraintCase[],
): Promise<string | undefined> {
  const reasons: string[] = [];
  for (const constraintCase of cases) {
    const outcome = await rolledBack(client, async () => {
      await client.query(disarm);
      await prepare(client, constraintCase);
      return attempt(client, constraintCase.refused);
    });
    if (isNoticed(outcome, constraintCase)) return undefined;
    reasons.push(`${constraintCase.object} is still ${describe(outcome)}`);
  }
  return reasons.join('; ') || 'no case';
}

function isNoticed(outcome: Outcome, { otherwise }: ConstraintCase): boolean {
  return outcome.refusedBy === otherwise;
}
