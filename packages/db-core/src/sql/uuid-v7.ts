/**
 * SQL for the id of a new row: a UUID version 7 (RFC 9562), as `newId` makes, for statements that insert more rows than
 * the caller knows of. PostgreSQL has its own `uuidv7()` from 18 on only. The millisecond is followed by its 4096ths
 * (§6.2, method 3), so that the ids of a session are in order down to a quarter of a microsecond.
 */
export const newIdSql =
  "(overlay(lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0) || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid";
