#!/usr/bin/env node
import { finishClient } from '../src/finish-client.mjs';
import { runPrisma } from '../src/run-prisma.mjs';

const argv = process.argv.slice(2);
process.exitCode = await runPrisma(argv);
if (argv[0] === 'generate' && process.exitCode === 0) finishClient(process.cwd());
