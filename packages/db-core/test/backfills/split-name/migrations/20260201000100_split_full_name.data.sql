-- Backfill: rows that only have the old form. `given_name IS NULL` makes a second run harmless and finds what release 1
-- writes meanwhile. FOR UPDATE waits for a row that somebody changes; SKIP LOCKED would pass it by for good.
-- batch: 500
-- pause: 20
WITH batch AS (
  SELECT id, full_name FROM people
   WHERE id > coalesce($1::integer, 0) AND given_name IS NULL
   ORDER BY id LIMIT $2 FOR UPDATE
), changed AS (
  UPDATE people SET
    given_name = split_part(batch.full_name, ' ', 1),
    family_name = substr(batch.full_name, length(split_part(batch.full_name, ' ', 1)) + 2)
  FROM batch WHERE people.id = batch.id
)
SELECT max(id)::text AS cursor, count(*) AS rows FROM batch
