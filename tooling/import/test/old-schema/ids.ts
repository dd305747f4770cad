/** SQL of the id of row n of a table. Every tenth is no UUID, as a cuid is none. */
export const idSql = (table: string, n: string): string =>
  `CASE WHEN (${n}) % 10 = 0 THEN 'c' || substr(md5('${table}' || (${n})), 1, 24) ELSE md5('${table}' || (${n}))::uuid::text END`;
