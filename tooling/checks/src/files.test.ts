import { describe, expect, it } from 'vitest';
import { read, repositoryFiles } from './repository.js';

const texts = repositoryFiles().filter(
  (path) => !/\.(?:png|gif|wasm|ico|br)$/.test(path) && path !== 'pnpm-lock.yaml',
);
const sources = texts.filter((path) => /\.(?:tsx?|mts|mjs|js|prisma)$/.test(path));
const tests = texts.filter((path) => /\.test\.ts$/.test(path));

/** Longer than a file should be, each with the reason why it is not split. */
const longFiles: Record<string, string> = {
  'packages/db-auth/test/login-machine.test.ts': 'one machine, step by step',
  'packages/db-auth/test/pre-hijacking.test.ts': 'what is planted, and every proof that evicts it',
  'packages/db-learning/test/plan-cases.ts':
    'an entry for each function, with the indexes that it is meant to use',
  'tooling/canary/src/ways-in/auth.ts': 'a step goes on with what the one before was given',
  'tooling/canary/src/ways-in/payments.ts': 'a step goes on with what the one before was given',
  'tooling/checks/src/schema-rules.test.ts': 'a rule after the other, each with its exceptions',
  'tooling/checks/src/skeleton.test.ts':
    'the files and dependencies that the packages have in common, in one list each',
};

// Written so that they do not find themselves.
const machinePath = /(?<![\w.$}/-])\/(?:tm[p]|wor[k]|roo[t]|hom[e])\/\w/;
// Generated text has no compiler that would refuse what a merge left open.
const conflict = /^(?:<{7}|>{7}) /;
const marker = /\b(?:TO[D]O|FI[X]ME|XX[X])\b/;
const skippedTest = /\b(?:it|test|describe)\.(?:skip|only|todo|fails)\b|\b(?:xit|xdescribe|fit|fdescribe)\(/;
const suppression = /@ts-(?:ignore|expect-error|nocheck)|biome-ignor[e]/;

describe('files', () => {
  it('there are enough of them to be this repository', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(tests.length).toBeGreaterThan(15);
  });

  it('are short enough to be read at once', () => {
    const long = sources.filter((path) => lines(path).length > 300);

    expect(long.sort()).toEqual(Object.keys(longFiles).sort());
  });

  it('hold no path of one machine', () => {
    expect(linesThat(texts, (line) => machinePath.test(line))).toEqual([]);
  });

  it('use line feeds: a migration’s checksum is taken over its bytes', () => {
    expect(texts.filter((path) => read(path).includes('\r'))).toEqual([]);
  });

  it('contain no conflict of a merge', () => {
    expect(linesThat(texts, (line) => conflict.test(line))).toEqual([]);
  });

  it('say no "to do" that nobody will do', () => {
    expect(linesThat(sources, (line) => marker.test(line))).toEqual([]);
  });
});

describe('tests', () => {
  it('all run: one that depends on the machine says at run time why it cannot', () => {
    expect(linesThat(tests, (line) => skippedTest.test(line))).toEqual([]);
  });
});

describe('suppressed checks', () => {
  it('have a reason, beside them or above', () => {
    const bare = sources.flatMap((path) =>
      lines(path).flatMap((line, at, all) => {
        const match = suppression.exec(line);
        if (match === null) return [];
        const beside = line
          .slice(match.index + match[0].length)
          .replace(/^[\s:]*(?:lint\/[\w/]+:)?/, '')
          .trim();
        const above = /^\s*(?:\/\/|\*)/.test(all[at - 1] ?? '') ? (all[at - 1] ?? '') : '';
        return beside !== '' || above.length > 15 ? [] : [`${path}:${at + 1}`];
      }),
    );

    expect(bare).toEqual([]);
  });
});

function lines(path: string): string[] {
  return read(path).split('\n');
}

function linesThat(paths: string[], hold: (line: string) => boolean): string[] {
  return paths.flatMap((path) =>
    lines(path).flatMap((line, at) => (hold(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
  );
}
