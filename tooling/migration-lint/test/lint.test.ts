import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readReleasedMigrations, releasedFileContent } from '@codezest/db-core/migrations';
import { repositoryRoot } from '@codezest/schema-docs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Finding } from '../src/finding.js';
import { type LintedFile, lint } from '../src/lint.js';
import { parseMigration } from '../src/parse.js';
import { readMigrations, readRepository } from '../src/repository.js';
import { ownRules } from '../src/rules/index.js';
import { runSquawk, squawkRules } from '../src/squawk.js';
import { backfillFixtures } from './fixtures/backfill-rules.js';
import { type Fixture, foreignTable, released, timeouts } from './fixtures/fixture.js';
import { listedFixtures, ownFixtures } from './fixtures/own-rules.js';
import { squawkFixtures } from './fixtures/squawk-rules.js';

const fixtures = [...ownFixtures, ...listedFixtures, ...squawkFixtures, ...backfillFixtures].map(
  (fixture, number) => ({
    ...fixture,
    number,
  }),
);
type NumberedFixture = (typeof fixtures)[number];
let directory: string;
let findings: Finding[];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'migrations-'));
  writeFileSync(join(directory, 'migrations.lock'), releasedFileContent([], [released], released.version));
  const surroundings = {
    migrations: [parseMigration({ service: 'auth', ...released, path: released.name, text: released.sql })],
    released: await readReleasedMigrations(directory),
    foreignTables: new Map([[foreignTable.name, foreignTable.service]]),
  };
  const files = fixtures.flatMap((fixture) =>
    (['refused', 'accepted'] as const).map((kind): LintedFile => {
      const path = pathOf(fixture, kind);
      const text = textOf(fixture, kind);
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
      const name = nameOf(fixture, kind);
      return { migration: parseMigration({ service: 'auth', name, path, text }), surroundings };
    }),
  );
  findings = lint(files, directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(fixtures)('$rule ($number)', (fixture) => {
  it('refuses', () => {
    const found = findings.filter(({ path }) => path === pathOf(fixture, 'refused'));

    expect(found.map(({ rule }) => rule)).toContain(fixture.rule);
    for (const { why, instead, line } of found) {
      expect(why.length).toBeGreaterThan(20);
      expect(instead.length).toBeGreaterThan(5);
      expect(line).toBeGreaterThan(0);
    }
  });

  it('has nothing against the right way', () => {
    expect(findings.filter(({ path }) => path === pathOf(fixture, 'accepted'))).toEqual([]);
  });
});

test('every rule has its fixtures, and there are at least 35 rules', () => {
  const rules = [...ownRules.map(({ id }) => id), ...squawkRules, 'reasoned-exception', 'syntax-error'];

  expect(rules.length).toBeGreaterThanOrEqual(35);
  expect([...new Set(fixtures.map(({ rule }) => rule))].sort()).toEqual([...rules].sort());
});

test('the packages’ migrations and backfills are clean', async () => {
  const files = await readRepository();

  expect(files.length).toBeGreaterThanOrEqual(5);
  expect(lint(files, repositoryRoot)).toEqual([]);
});

test('the example of a column that is split is as the rules would have it', async () => {
  const example = join(repositoryRoot, 'packages/db-core/test/backfills/split-name/migrations');
  const migrations = readMigrations('example', example);
  writeFileSync(
    join(directory, 'migrations.lock'),
    releasedFileContent(
      [],
      migrations.slice(0, -1).map(({ name, text: sql }) => ({ name, sql })),
      '1.0.0',
    ),
  );
  const surroundings = {
    migrations,
    released: await readReleasedMigrations(directory),
    foreignTables: new Map<string, string>(),
  };

  expect(migrations.map(({ kind }) => kind)).toEqual(['schema', 'schema', 'data', 'schema']);
  expect(
    lint(
      migrations.map((migration) => ({ migration, surroundings })),
      repositoryRoot,
    ),
  ).toEqual([]);
});

function nameOf(fixture: Fixture, kind: 'refused' | 'accepted'): string {
  const own = kind === 'refused' ? fixture.name : fixture.acceptedName;
  return own ?? '20260601000000_fixture';
}

function pathOf(fixture: NumberedFixture, kind: 'refused' | 'accepted'): string {
  const name = nameOf(fixture, kind);
  return `${fixture.number}/${kind}/${fixture.backfill ? `${name}.data.sql` : `${name}/migration.sql`}`;
}

function textOf(fixture: Fixture, kind: 'refused' | 'accepted'): string {
  return fixture.bare ? fixture[kind] : timeouts + fixture[kind];
}

test('a file on which squawk ends is named, and the others are judged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'squawk-'));
  try {
    // As squawk ends when it meets what it did not expect: no list, a line on its error output, another exit code.
    const panicking = join(folder, 'squawk.cjs');
    writeFileSync(
      panicking,
      `const files = process.argv.filter((argument) => argument.endsWith('.sql'));
       if (files.includes('second.sql')) { console.error('thread panicked'); process.exit(101); }
       console.log(JSON.stringify(files.map((file) => ({ file, line: 0, rule_name: 'ban-drop-table', message: '', help: null }))));`,
    );

    const found = runSquawk(['first.sql', 'second.sql', 'third.sql'], folder, panicking);

    expect(found.map(({ file, rule_name }) => [file, rule_name])).toEqual([
      ['first.sql', 'ban-drop-table'],
      ['second.sql', 'squawk-failed'],
      ['third.sql', 'ban-drop-table'],
    ]);
    expect(found[1]?.message).toContain('thread panicked');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a statement that only a newer PostgreSQL knows is named with its file, and may be let pass with a reason', () => {
  const judge = (text: string) =>
    lint(
      [
        {
          migration: parseMigration({
            service: 'auth',
            name: '20270101000000_new',
            path: 'new.data.sql',
            text,
          }),
          surroundings: { migrations: [], released: [], foreignTables: new Map() },
        },
      ],
      tmpdir(),
    );
  const statement = 'UNHEARD OF $1 AND $2;';

  expect(judge(statement)).toMatchObject([{ rule: 'syntax-error', path: 'new.data.sql', line: 1 }]);
  expect(
    judge(`-- lint-ignore syntax-error: takes no lock, tried on the newest server\n${statement}`),
  ).toEqual([]);
});
