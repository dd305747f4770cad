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
  const tables = names.map((name) => {
    const fields = Array.from(lists[name].matchAll(/ AS "([^"]+)"/g), ([, field]) => field as string);
    return {
      name,
      columns: fields.map((field) => [field, `${name}.${field}`] as const),
      // A copy of it has the layout of an object literal; one that is filled name by name becomes a hash table.
      blank: Object.fromEntries(fields.map((field) => [field, null])) as Record<string, unknown>,
    };
  });
  return {
    columns: names.map((name) => lists[name].replaceAll(' AS "', ` AS "${name}.`)).join(', '),
    split(row) {
      const rows: Record<string, Record<string, unknown>> = {};
      for (const { name, columns, blank } of tables) {
        const own = { ...blank };
        for (const [field, column] of columns) own[field] = (row as Record<string, unknown>)[column];
        rows[name] = own;
      }
      return rows as Rows;
    },
  };
}
