/** Fields of a row that hold a time. */
export type DateField<Row> = {
  [Field in keyof Row]: Extract<Row[Field], Date> extends never ? never : Field;
}[keyof Row];

/**
 * Rows within a row, as a JSON array in the order of `query`: a tree in one statement. The times in it are texts until
 * `withDates`. https://www.postgresql.org/docs/current/functions-aggregate.html says that the order is kept.
 */
export function nestedRows(query: string): string {
  return `(SELECT coalesce(json_agg(nested), '[]') FROM (${query}) AS nested)`;
}

/** Makes dates of the named fields of a row that came as JSON, in place. */
export function withDates<Row extends object>(row: Row, fields: readonly DateField<Row>[]): Row {
  for (const field of fields) {
    const value: unknown = row[field];
    if (typeof value === 'string') row[field] = new Date(value) as Row[typeof field];
  }
  return row;
}
