import type { Client } from 'pg';
import { attempt, describe, rolledBack } from './case.js';

/** A trigger that refuses nothing, as data: a write, and a question that shows what the trigger has made of it. */
export interface TriggerEffect {
  readonly trigger: string;
  /** Rows that the write needs. */
  readonly given?: string;
  readonly write: string;
  /** SQL for one value, which is true where the trigger has done its work. */
  readonly shows: string;
}

/** What is wrong with the effect, in one sentence; undefined where it shows. `disarm` runs first. */
export function failureOfEffect(
  client: Client,
  { trigger, given, write, shows }: TriggerEffect,
  disarm = '',
): Promise<string | undefined> {
  return rolledBack(client, async () => {
    await client.query(`${disarm}; ${given ?? ''}`);
    const outcome = await attempt(client, write);
    if (outcome.refusedBy !== undefined) return `${trigger}: the write was ${describe(outcome)}`;
    const { rows } = await client.query<unknown[]>({ text: shows, rowMode: 'array' });
    return rows[0]?.[0] === true ? undefined : `${trigger}: "${shows}" answers ${rows[0]?.[0]}`;
  });
}
