import type { SqlQuery } from '@prisma/driver-adapter-utils';

/** A connection keeps every statement it has named; beyond this many, queries go unnamed. */
const MOST_NAMES = 500;

/**
 * Names for prepared statements by SQL text, so that PostgreSQL plans a statement once per connection. Bounded,
 * because generated SQL can vary without end (IN lists) and each name costs memory on both sides.
 */
export function statementNames(most: number = MOST_NAMES): (query: Pick<SqlQuery, 'sql'>) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= most) return '';
    const name = `codezest_${names.size}`;
    names.set(sql, name);
    return name;
  };
}
