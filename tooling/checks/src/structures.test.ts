import { readFileSync } from 'node:fs';
import { SERVICES } from '@codezest/local-databases';
import { describe, expect, it } from 'vitest';

// What is decided once for all five databases, and no other check would miss.
describe.each(SERVICES)('the structure of %s', (service) => {
  const path = `../../../packages/db-${service}/prisma/structure.sql`;
  const lines = readFileSync(new URL(path, import.meta.url), 'utf8').split('\n');
  const linesWith = (pattern: RegExp) => lines.filter((line) => pattern.test(line));

  it('has its functions apart from its tables', () => {
    expect(linesWith(/^CREATE OR REPLACE FUNCTION /)).not.toEqual([]);
    expect(linesWith(/^CREATE OR REPLACE FUNCTION public\./)).toEqual([]);
  });

  it('has no foreign key that follows a changed id', () => {
    expect(linesWith(/ON UPDATE (CASCADE|SET)/)).toEqual([]);
  });

  it('fills in updated_at for whoever writes past Prisma', () => {
    expect(linesWith(/^\s+updated_at timestamp/)).not.toEqual([]);
    expect(linesWith(/^\s+updated_at timestamp(?!.*DEFAULT CURRENT_TIMESTAMP)/)).toEqual([]);
  });
});
