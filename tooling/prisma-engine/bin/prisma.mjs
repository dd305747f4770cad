#!/usr/bin/env node
import { runPrisma } from '../src/run-prisma.mjs';

process.exitCode = await runPrisma(process.argv.slice(2));
