import type { Json, JsonObject } from '../json.js';
import { quoted } from './identifiers.js';
import type { Source } from './opened-source.js';
import type { Step } from './step.js';

/** Puts the facts that few values share into the rows. */
export type SharedFacts = <Read extends { readonly row: JsonObject }>(
  rows: readonly Read[],
) => Promise<readonly Read[]>;

/** Beyond this many values of a column, those that were read are read again: memory is bounded. */
const MOST_KEPT = 10_000;

/**
 * What many rows have in common, such as the question that an answer is to, is asked for once and not with each row: of a batch of a
 * thousand answers that was most of what the source did.
 */
export function sharedFacts(source: Source, step: Step): SharedFacts {
  const facts = Object.entries(step.shared ?? {}).map(([name, fact]) => ({
    name,
    ...fact,
    known: new Map<string, Json>(),
  }));
  return async (rows) => {
    for (const { name, by, from, sql, known } of facts) {
      const wanted = new Set(rows.map(({ row }) => String(row[by])));
      if (known.size + wanted.size > MOST_KEPT) known.clear();
      const missing = [...wanted].filter((id) => !known.has(id));
      if (missing.length > 0) {
        const { rows: found } = await source.client.query<{ id: string; fact: string | null }>(
          `SELECT t."id"::text AS id, to_jsonb((${sql}))::text AS fact FROM ${quoted(from)} t WHERE t."id" = ANY ($1::text[])`,
          [missing],
        );
        for (const { id, fact } of found) known.set(id, fact === null ? null : (JSON.parse(fact) as Json));
      }
      for (const { row } of rows) Object.assign(row, { [name]: known.get(String(row[by])) ?? null });
    }
    return rows;
  };
}
