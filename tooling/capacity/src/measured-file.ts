import { readFileSync, writeFileSync } from 'node:fs';
import type { Measured } from './measure.js';

const file = new URL('measured.json', import.meta.url);

/** What `pnpm --filter @codezest/capacity measure` has found. */
export const readMeasured = (): Measured => JSON.parse(readFileSync(file, 'utf8')) as Measured;

export const writeMeasured = (measured: Measured): void =>
  writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
