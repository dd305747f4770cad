/** How one statement brings rows of several tables: the select list, and the way from its row back to theirs. */
export interface JoinedRows<Rows> {
  readonly columns: string;
  split(row: object): Rows;
}

/**
 * Rows of several tables in one: `joinedRows<{ session: Session; user: User }>({ session: columnsOf.session('s'), user:
 * columnsOf.user('u') })`. Each field travels under its table's name, because both have an `id` and a `createdAt`. JSON
 * would do the same with one column each, but gives texts in place of dates.
 */
export function joinedRows<Rows extends object>(
  lists: {
    readonly [Name in keyof Rows]: string;
  },
): JoinedRows<Rows> {
  const names = Object.keys(lists) as (keyof Rows & string)[];
  const fields = names.flatMap((name) =>
    Array.from(lists[name].matchAll(/ AS "([^"]+)"/g), ([, field]) => ({
      name,
      field: field as string,
      column: `${name}.${field}`,
    })),
  );
  return {
    columns: names.map((name) => lists[name].replaceAll(' AS "', ` AS "${name}.`)).join(', '),
    split(row) {
      const rows: Record<string, Record<string, unknown>> = {};
      for (const name of names) rows[name] = {};
      for (const { name, field, column } of fields) {
        (rows[name] as Record<string, unknown>)[field] = (row as Record<string, unknown>)[column];
      }
      return rows as Rows;
    },
  };
}
