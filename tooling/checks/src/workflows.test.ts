import { describe, expect, it } from 'vitest';
import { read, repositoryFiles } from './repository.js';

const workflows = repositoryFiles().filter((path) => /^\.github\/workflows\/.*\.yml$/.test(path));

it('there are workflows for tests, releases and migrations', () => {
  expect(workflows.map((path) => path.replace(/^.*\//, '')).sort()).toEqual(
    expect.arrayContaining(['ci.yml', 'migrate.yml', 'release.yml']),
  );
});

it('what is run with the workspace is there: a script of package.json, or a file', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
  const callers = [...workflows.map(read), ...Object.values(scripts)];
  const programs = callers.flatMap((text) =>
    [...text.matchAll(/with-workspace\.mjs (\S+)/g)].map(([, program]) => program as string),
  );

  expect(programs).toEqual(expect.arrayContaining(['release', 'tooling/demo/src/play.ts']));
  const files = new Set(repositoryFiles());
  expect(programs.filter((program) => !(program in scripts || files.has(program)))).toEqual([]);
});

describe.each(workflows)('%s', (path) => {
  const text = read(path);

  it('uses actions by commit: a tag can be moved to somebody else’s code', () => {
    const uses = [...text.matchAll(/\buses: (.*)/g)].map(([, action]) => action ?? '');

    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v[\d.]+$/.test(action))).toEqual([]);
  });

  it('gives no permission but those that a job asks for', () => {
    const jobs = text.match(/^ {2}[\w-]+:$(?=\n(?: {4}.*\n)* {4}runs-on:)/gm) ?? [];
    const ofJobs = text.match(/^ {4}permissions:/gm) ?? [];

    expect(text).toMatch(/^permissions: \{\}$/m);
    expect(jobs.length).toBeGreaterThan(0);
    expect(ofJobs.length).toBe(jobs.length);
  });

  it('puts no input into the text of a script', () => {
    const scripts = [...text.matchAll(/^( *)(?:- )?run: (\|?.*(?:\n\1 {2,}.*)*)/gm)].map(
      ([, , script]) => script,
    );

    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((script) => script?.includes('${{'))).toEqual([]);
  });
});
