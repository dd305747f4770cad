import { describe, expect, it } from 'vitest';
import { filesBelow, read } from './repository.js';
import { secretComparisonsIn } from './secret-comparisons.js';

/** Hashes that guard nothing: whoever asks may read what they are of. */
const publicHashes: Record<string, string> = {
  'packages/db-activity/src/mongo/plan.ts': 'of a specification that the package ships',
  'packages/db-delivery/src/differences.ts': 'of ids and versions in a range, which is no secret',
  'packages/db-learning/src/courses/file-plan.ts': 'of a file of a course, to see whether it has changed',
  'packages/db-core/src/migrations/released.ts': 'of a migration that the package ships',
};

const sources = filesBelow('packages', '.ts').filter(
  (path) => /^packages\/[^/]+\/src\//.test(path) && !path.endsWith('.test.ts'),
);

describe('hashes, tokens and secrets', () => {
  it('are compared in constant time, by `sameHash`, or by an index of the database', () => {
    const found = sources.flatMap((path) => secretComparisonsIn(path, read(path)));
    const files = new Set(found.map((line) => line.replace(/:.*$/s, '')));

    expect(sources.length).toBeGreaterThan(150);
    expect(found.filter((line) => !(line.replace(/:.*$/s, '') in publicHashes))).toEqual([]);
    expect(Object.keys(publicHashes).filter((path) => !files.has(path))).toEqual([]);
  });

  it.each([
    'if (tokenHash === stored) grant();',
    'const same = row.token_hash !== given;',
    'return stored.accessToken == token;',
    "const same = hash.toString('hex') === given;",
    'const same = (await tokenHash(token)) === given;',
    'const same = Buffer.compare(codeHash, given) === 0;',
    'const same = given.equals(row.codeHash!);',
    'const known = hashes.includes(given);',
    'const same = isDeepStrictEqual(row.secret as string, given);',
    'const known = list.some(({ password }) => password === given);',
  ])('compared otherwise are found: %s', (code) => {
    expect(secretComparisonsIn('example.ts', code)).toEqual([expect.stringContaining('example.ts:1: ')]);
  });

  it.each([
    'if (token === undefined) return;',
    "if (typeof secret !== 'string' || secret === '') return;",
    'if (tokenHash.length !== 32) return;',
    "if (row.kind === 'token') return;",
    'if (tokenType === given.tokenType) return;',
    'if (sameHash(one, other)) return;',
    "const found = text.includes('token');",
  ])('are not taken for compared in: %s', (code) => {
    expect(secretComparisonsIn('example.ts', code)).toEqual([]);
  });
});
