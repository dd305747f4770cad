import { type CustomTypesConfig, types } from 'pg';

// pg gives a bigint as text, because not every one is a number, and Prisma's raw queries give a `bigint`. The columns of
// ours hold none that a number could not hold, which rules of the databases keep so: hand-written statements give numbers.

/** How pg reads the columns of a hand-written statement. */
export const numberTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === types.builtins.INT8 && format !== 'binary'
      ? exactNumber
      : types.getTypeParser(oid, format as 'text')) as CustomTypesConfig['getTypeParser'],
};

/** Rows of Prisma's raw queries as those of pg would be. */
export function withNumbers<Row>(rows: Row[]): Row[] {
  for (const row of rows as Record<string, unknown>[]) {
    for (const column in row) if (typeof row[column] === 'bigint') row[column] = exactNumber(row[column]);
  }
  return rows;
}

function exactNumber(value: string | bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError('A bigint in a result is too great for a number.');
  return number;
}
