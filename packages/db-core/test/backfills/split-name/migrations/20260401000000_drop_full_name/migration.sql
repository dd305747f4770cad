-- contract-of: 20260201000000_add_given_and_family_name
-- Contract: release 3 uses the new form alone, and no older one is running any more. Catalog only.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

ALTER TABLE people DROP COLUMN full_name;
