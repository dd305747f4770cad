SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

CREATE TABLE people (
  id integer PRIMARY KEY,
  full_name text NOT NULL
);
