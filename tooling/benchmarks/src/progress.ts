import { setTimeout as wait } from 'node:timers/promises';
import { courseOf, type PrismaClient, refreshStaleProgress } from '@codezest/db-learning';
import { createTestDatabase } from '@codezest/db-learning/testing';
import type { ProgrammingLanguageId, UserId } from '@codezest/db-types';
import pg from 'pg';
import type { Benchmark } from './benchmark.js';

const READS_PER_SECOND = 50;
const MATERIALS = 20;

const id = (n: string | number) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
const idOf = <Id extends string>(n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}` as Id;

/** A module of which everybody has done all but one material, and that material is removed while others read. */
export const progress: Benchmark = {
  name: 'progress',
  summary: 'removing one of 20 materials of a module with 10 thousand and (--large) 100 thousand learners',

  async run({ effort, large, progress: tell }) {
    const learners = large ? 100_000 : 10_000;
    const database = await createTestDatabase();
    const { client } = database;
    tell(`filling: ${learners} learners, ${learners * (MATERIALS - 1)} materials done`);
    await fill(database.url, learners);
    const [{ version = '' } = {}] = await client.$queryRawUnsafe<{ version: string }[]>(
      "SELECT current_setting('server_version') AS version",
    );

    tell('reading undisturbed');
    await readDuring(client, learners, () => wait(2_000));
    const undisturbed = await readDuring(client, learners, () => wait(effort * 10_000));

    tell('reading while progress is refreshed');
    await client.$executeRawUnsafe(`UPDATE materials SET deleted_at = now() WHERE id = ${id(MATERIALS)}`);
    let completed = 0;
    const start = performance.now();
    const disturbed = await readDuring(client, learners, async () => {
      for (;;) {
        const begun = performance.now();
        const batch = await refreshStaleProgress(client);
        completed += batch.completedModules;
        if (!batch.more) return;
        // Half of the time is left to others.
        await wait(performance.now() - begun);
      }
    });
    const seconds = (performance.now() - start) / 1_000;
    const left = await client.moduleProgress.count({ where: { status: { not: 'COMPLETED' } } });
    await database.drop();
    if (completed !== learners || left > 0)
      throw new RangeError(`${completed} of ${learners} were completed.`);

    return {
      server: version,
      tables: [
        {
          title: `courseOf, ${READS_PER_SECOND} times a second; ${learners} learners were completed in ${seconds.toFixed(0)} s, in batches of 100`,
          columns: ['', 'reads', 'p50 ms', 'p99 ms'],
          rows: [
            ['undisturbed', ...figuresOf(undisturbed)],
            ['beside the batches', ...figuresOf(disturbed)],
          ],
        },
      ],
      ratios: [
        {
          name: 'p99 beside the batches, of that undisturbed',
          value: quantile(disturbed, 0.99) / quantile(undisturbed, 0.99),
          aim: { atMost: 2 },
        },
      ],
    };
  },
};

/** Reads begin at their time, however long the ones before take: a wait counts. */
async function readDuring(
  client: PrismaClient,
  learners: number,
  work: () => Promise<unknown>,
): Promise<number[]> {
  const latencies: number[] = [];
  const reads: Promise<unknown>[] = [];
  let over = false;
  const worked = work().finally(() => {
    over = true;
  });
  const start = performance.now();
  for (let read = 0; !over; read += 1) {
    const due = start + (read * 1_000) / READS_PER_SECOND;
    await wait(Math.max(0, due - performance.now()));
    const learner = {
      userId: idOf<UserId>(1 + ((read * 7_919) % learners)),
      languageId: idOf<ProgrammingLanguageId>(1),
    };
    reads.push(courseOf(client, learner).then(() => latencies.push(performance.now() - due)));
  }
  await Promise.all([worked, ...reads]);
  return latencies;
}

function figuresOf(latencies: readonly number[]): [number, string, string] {
  return [latencies.length, quantile(latencies, 0.5).toFixed(2), quantile(latencies, 0.99).toFixed(2)];
}

function quantile(latencies: readonly number[], share: number): number {
  return [...latencies].sort((a, b) => a - b)[Math.floor(latencies.length * share)] ?? Number.NaN;
}

async function fill(url: string, learners: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const everybody = `FROM generate_series(1, ${learners}) n`;
  for (const statement of [
    `INSERT INTO programming_languages (id, name, slug) VALUES (${id(1)}, 'Python', 'python')`,
    `INSERT INTO modules (id, language_id, title, slug) VALUES (${id(1)}, ${id(1)}, 'Loops', 'loops')`,
    `INSERT INTO materials (id, module_id, title, type, content, duration, "order")
     SELECT ${id('n')}, ${id(1)}, 'Material ' || n, 'ARTICLE', 'Text.', 10, n FROM generate_series(1, ${MATERIALS}) n`,
    'SET session_replication_role = replica',
    `INSERT INTO learner_stats (id, user_id) SELECT ${id('n')}, ${id('n')} ${everybody}`,
    `INSERT INTO language_enrollments (id, user_id, language_id, content_version)
     SELECT ${id('n')}, ${id('n')}, ${id(1)}, (SELECT content_version FROM programming_languages) ${everybody}`,
    `INSERT INTO module_progress (id, user_id, module_id, status, progress_percent, started_at, content_version)
     SELECT ${id('n')}, ${id('n')}, ${id(1)}, 'IN_PROGRESS', 95, now(), (SELECT content_version FROM modules) ${everybody}`,
    `INSERT INTO material_progress (id, user_id, material_id, completed, completed_at)
     SELECT gen_random_uuid(), ${id('n')}, ${id('m')}, true, now() ${everybody}, generate_series(1, ${MATERIALS - 1}) m`,
    'VACUUM ANALYZE',
  ]) {
    await client.query(statement);
  }
  await client.end();
}
