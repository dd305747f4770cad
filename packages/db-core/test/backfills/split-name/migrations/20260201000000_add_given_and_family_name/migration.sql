-- Expand: both forms of a name stand side by side. Release 1 knows neither new column and goes on; release 2 writes both
-- forms. A default for the old one, because release 3 no longer writes it. Catalog only, under ACCESS EXCLUSIVE for a moment.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

ALTER TABLE people
  ADD COLUMN given_name text,
  ADD COLUMN family_name text,
  ALTER COLUMN full_name SET DEFAULT '';
