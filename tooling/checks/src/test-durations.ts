// What `npm test -- --profile` prints at its end: where the time of the run went, slowest first.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Duration {
  readonly name: string;
  readonly seconds: number;
}

interface Task {
  taskId: string;
  cache: { status: 'HIT' | 'MISS' };
  execution?: { startTime: number; endTime: number };
}

interface Report {
  testResults: {
    name: string;
    startTime: number;
    endTime: number;
    assertionResults: { fullName: string; duration?: number | null }[];
  }[];
}

/** Tasks of the newest run that turbo has summarised (`--summarize`); those that came from its cache took no time. */
export function taskDurations(root: string): Duration[] {
  const folder = join(root, '.turbo/runs');
  const newest = existsSync(folder) ? readdirSync(folder).sort().at(-1) : undefined;
  if (newest === undefined) return [];
  const { tasks } = JSON.parse(readFileSync(join(folder, newest), 'utf8')) as { tasks: Task[] };
  return slowestFirst(
    tasks.flatMap(({ taskId, cache, execution }) =>
      execution && cache.status === 'MISS'
        ? [{ name: taskId, seconds: (execution.endTime - execution.startTime) / 1_000 }]
        : [],
    ),
  );
}

/** Files and tests of the reports that vitest has written. */
export function testDurations(
  root: string,
  reports: readonly string[],
): { files: Duration[]; tests: Duration[] } {
  const files: Duration[] = [];
  const tests: Duration[] = [];
  for (const path of reports) {
    for (const file of (JSON.parse(readFileSync(path, 'utf8')) as Report).testResults) {
      const name = file.name.replace(root, '');
      files.push({ name, seconds: (file.endTime - file.startTime) / 1_000 });
      for (const { fullName, duration } of file.assertionResults) {
        tests.push({ name: `${name}: ${fullName}`, seconds: (duration ?? 0) / 1_000 });
      }
    }
  }
  return { files: slowestFirst(files), tests: slowestFirst(tests) };
}

function slowestFirst(durations: Duration[]): Duration[] {
  return durations.sort((one, other) => other.seconds - one.seconds);
}
