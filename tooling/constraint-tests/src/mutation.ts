import { Client } from 'pg';
import { attempt, type ConstraintCase, describe, type Outcome, prepare, rolledBack } from './case.js';
import { namedObjects, silentTriggers } from './catalog.js';
import { failureOfEffect, type TriggerEffect } from './effect.js';

export interface MutationScore {
  mutants: number;
  /** One sentence per mutant that no case noticed. */
  survivors: string[];
}

/** What is taken away, and the cases or effects that must notice. */
interface Mutant {
  readonly statement: string;
  noticed(client: Client): Promise<string | undefined>;
}

/**
 * Takes each object away in turn and demands that a case notices: the write it refused must now pass. A case whose write
 * fails for another reason as well proves nothing about its object, and this is the only thing that shows it.
 */
export async function mutationScore(
  url: string,
  cases: readonly ConstraintCase[],
  effects: readonly TriggerEffect[] = [],
): Promise<{ constraints: MutationScore; triggers: MutationScore }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const mutants = [
      ...(await mutantsOfObjects(client, cases)),
      ...(await mutantsOfEffects(client, effects)),
    ];
    const dropsTrigger = ({ statement }: Mutant) => statement.startsWith('DROP TRIGGER');
    return {
      constraints: await scoreOf(
        client,
        mutants.filter((mutant) => !dropsTrigger(mutant)),
      ),
      triggers: await scoreOf(client, mutants.filter(dropsTrigger)),
    };
  } finally {
    await client.end();
  }
}

async function scoreOf(client: Client, mutants: Mutant[]): Promise<MutationScore> {
  const survivors: string[] = [];
  for (const { statement, noticed } of mutants) {
    const reason = await noticed(client);
    if (reason !== undefined) survivors.push(`${statement}: ${reason}`);
  }
  return { mutants: mutants.length, survivors };
}

async function mutantsOfObjects(client: Client, cases: readonly ConstraintCase[]): Promise<Mutant[]> {
  const names = new Map<string, string[]>();
  for (const { name, disarm } of await namedObjects(client)) {
    for (const statement of disarm) names.set(statement, [...(names.get(statement) ?? []), name]);
  }
  return [...names].map(([statement, raised]) => ({
    statement,
    noticed: (client) =>
      survival(
        client,
        statement,
        cases.filter(({ object }) => raised.includes(object)),
      ),
  }));
}

async function mutantsOfEffects(client: Client, effects: readonly TriggerEffect[]): Promise<Mutant[]> {
  return (await silentTriggers(client)).map(({ name, disarm }) => ({
    statement: disarm,
    async noticed(client) {
      const own = effects.filter(({ trigger }) => trigger === name);
      for (const effect of own)
        if ((await failureOfEffect(client, effect, disarm)) !== undefined) return undefined;
      return own.length === 0 ? 'no effect says what it does' : 'its effect is still there';
    },
  }));
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
