import type { PersonalData } from '@codezest/db-core';

/** In words: what becomes of a table's rows about a person who is erased. */
export interface Erasure {
  readonly action: string;
  readonly which: string;
  readonly isExported: boolean;
}

export function erasureOf({ rows }: PersonalData, table: string): Erasure[] {
  return rows
    .filter((row) => row.table === table)
    .map(({ onErasure, where, exported = true, keeps }) => ({
      action: actionOf(onErasure, keeps),
      which: where ?? 'user_id = $1',
      isExported: exported,
    }));
}

function actionOf(
  onErasure: PersonalData['rows'][number]['onErasure'],
  keeps: PersonalData['rows'][number]['keeps'],
): string {
  if (onErasure === 'delete') return 'The rows are deleted.';
  if (onErasure === 'cascade') return 'A foreign key deletes the rows with those that they belong to.';
  const kept = Object.entries(keeps ?? {}).map(
    ([reason, columns]) => ` ${columns.map((name) => `\`${name}\``).join(', ')} stay: ${reason}`,
  );
  if (onErasure === 'keep') return `The rows are kept: no column identifies the person.${kept.join('')}`;
  const columns = Object.entries(onErasure).map(([column, sql]) => `\`${column}\` becomes \`${sql}\``);
  return `The rows are kept, and ${columns.join(', ')}. \`$2\` is a random id, the same in all rows of the person.${kept.join('')}`;
}
