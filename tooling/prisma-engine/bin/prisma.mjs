#!/usr/bin/env node
// `codezest-prisma <any arguments of prisma>`, run in the directory of a database package.
import { existsSync } from 'node:fs';
import { writeClientSchema } from '../src/client-schema.mjs';
import { finishClient } from '../src/finish-client.mjs';
import { runPrisma } from '../src/run-prisma.mjs';

const argv = process.argv.slice(2);
const generates =
  argv[0] === 'generate' && !argv.some((argument) => argument === '--help' || argument === '-h');

try {
  const ownSchema =
    generates && existsSync('prisma/schema') && !argv.some((argument) => /^--schema\b/.test(argument));
  const schema = ownSchema ? ['--schema', writeClientSchema(process.cwd())] : [];
  process.exitCode = await runPrisma([...argv, ...schema]);
  if (generates && process.exitCode === 0) finishClient(process.cwd());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
