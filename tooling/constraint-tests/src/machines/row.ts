/** A value of a column, as `to_jsonb` writes it. */
export type Value = string | number | boolean | null;

/** Columns of a row, by the names that the database has for them. */
export type Row = Readonly<Record<string, Value>>;

/** Of unknown type, so that PostgreSQL gives it the type of its column. */
export function literal(value: Value): string {
  return value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`;
}

export function insertSql(table: string, row: Row): string {
  const values = Object.values(row).map(literal);
  return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')});`;
}

export function updateSql(table: string, changes: Row, where = 'true'): string {
  const assignments = Object.entries(changes).map(([column, value]) => `${column} = ${literal(value)}`);
  return `UPDATE ${table} SET ${assignments.join(', ')} WHERE ${where}`;
}
