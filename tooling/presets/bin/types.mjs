#!/usr/bin/env node
// Checks the types of the package whose folder this runs in, by TypeScript's native compiler: a fifth of the time of the one in
// JavaScript. That one answers what the checks ask of the sources.
import { compileNatively } from './native-compiler.mjs';

process.exitCode = compileNatively(['--noEmit']);
