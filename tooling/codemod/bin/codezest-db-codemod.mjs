#!/usr/bin/env node
// Loads TypeScript by import and by require, as db-core needs both.
import 'tsx';

await import('../src/cli.ts');
