/**
 * SQL for the id of a new row: a UUID version 7 (RFC 9562), as `newId` makes, for statements that insert more rows than
 * the caller knows of. PostgreSQL has its own `uuidv7()` from 18 on only. Ids of one transaction begin with one time.
 */
export const newIdSql =
  "(lpad(to_hex(floor(extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid";
