import type { Client } from 'pg';
import { describe, type Outcome } from '../case.js';
import type { MutationScore } from '../mutation.js';
import { type Change, changesOf, isAllowed, outcomeOf, type StateMachine } from './state-machine.js';

/**
 * Takes each pair of a table of transitions away, and adds each that is missing: the write of that pair must then come
 * out in another way. It would not if the trigger asked something else than the table.
 */
export async function transitionMutationScore(
  client: Client,
  machines: readonly StateMachine[],
): Promise<MutationScore> {
  const survivors: string[] = [];
  let mutants = 0;
  for (const machine of machines) {
    // A row that stays in its state is no transition: the triggers do not ask.
    for (const change of changesOf(machine).filter(({ from, to }) => from !== to)) {
      mutants += 1;
      const mutant = mutantOf(machine, change);
      const outcome = await outcomeOf(client, machine, change, mutant);
      if (!isNoticed(machine, change, outcome))
        survivors.push(`${mutant} the write is still ${describe(outcome)}`);
    }
  }
  return { mutants, survivors };
}

function mutantOf(machine: StateMachine, change: Change): string {
  const { transitions } = machine;
  const { from, to } = change;
  return isAllowed(machine, change)
    ? `DELETE FROM ${transitions} WHERE from_status = '${from}' AND to_status = '${to}';`
    : `INSERT INTO ${transitions} VALUES ('${from}', '${to}');`;
}

/** The test of the pair expects the machine's own rule where the change is not allowed: another one makes it red too. */
function isNoticed(machine: StateMachine, change: Change, { refusedBy }: Outcome): boolean {
  return (refusedBy === machine.rule) === isAllowed(machine, change);
}
