import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RejectedRow, runImport } from '../src/engine/run-import.js';
import { verify } from '../src/verify/verify.js';
import { differences } from '../src/verify/verify-service.js';
import { createOldDatabase, everything, type OldDatabase } from './old-schema/old-database.js';
import { authTarget, keys, learningTarget, type TargetDatabase } from './targets.js';

let old: OldDatabase;
let targets: TargetDatabase[];

beforeAll(async () => {
  old = await createOldDatabase(200, everything);
  targets = [await authTarget(), await learningTarget()];
});
afterAll(async () => {
  for (const target of targets) await target.drop();
  await old.drop();
});

const run = async () => {
  const rejects: RejectedRow[] = [];
  const reports = await runImport({
    sourceUrl: old.url,
    targets,
    keys,
    onReject: (row) => rejects.push(row),
  });
  return { reports, rejects };
};
const learning = <Row>(sql: string) => (targets[1] as TargetDatabase).query<Row>(sql);

it('courses and what learners did go over and are equal afterwards', async () => {
  const { rejects } = await run();

  expect(rejects).toEqual([]);
  const result = await verify({ sourceUrl: old.url, targets, keys });
  expect(result.services.flatMap(({ tables }) => differences(tables))).toEqual([]);
  expect(result.references.filter(({ ids }) => ids > 0).length).toBeGreaterThan(5);
  expect(result.isEqual).toBe(true);
  const { reports } = await run();
  for (const { steps } of reports)
    for (const step of steps) expect(step).toMatchObject({ added: 0, changed: 0 });
});

it('quizzes that can be answered are published, the others are drafts', async () => {
  expect(
    await learning(
      'SELECT published_at IS NOT NULL AS published, count(*)::int AS n FROM mcq_quizzes GROUP BY 1 ORDER BY 1',
    ),
  ).toEqual([
    { published: false, n: 1 },
    { published: true, n: 19 },
  ]);
});

it('attempts are numbered, their percentages are points, and one that is open goes on', async () => {
  const rows = await learning<Record<string, unknown>>(
    `SELECT attempt_number AS number, status::text, score, max_score AS most, passed FROM mcq_attempts
     WHERE user_id = (SELECT user_id FROM mcq_attempts WHERE status = 'IN_PROGRESS' ORDER BY id LIMIT 1) ORDER BY 1`,
  );

  expect(rows).toMatchObject([
    { number: 1, status: 'COMPLETED', passed: false },
    { number: 2, status: 'IN_PROGRESS', score: null, passed: null },
  ]);
  expect(rows[0]?.score).toBe(Math.round(Number(rows[0]?.most) / 2));
});

it('each answer has what its own question asks, and each attempt the points of its own quiz', async () => {
  const [answers] = await learning<{ answers: number; same: number }>(
    `SELECT count(*)::int AS answers, count(*) FILTER (WHERE a.snapshot ->> 'question' = q.question
       AND (a.snapshot ->> 'points')::int = q.points AND a.snapshot -> 'options' = (
         SELECT jsonb_agg(jsonb_build_object('id', o.id, 'text', o.option_text, 'isCorrect', o.is_correct) ORDER BY o."order", o.id)
         FROM mcq_options o WHERE o.question_id = q.id))::int AS same
     FROM mcq_answers a JOIN mcq_questions q ON q.id = a.question_id`,
  );
  const [attempts] = await learning<{ quizzes: number; attempts: number; same: number }>(
    `SELECT count(DISTINCT a.quiz_id)::int AS quizzes, count(*)::int AS attempts, count(*) FILTER (WHERE a.max_score = (
       SELECT sum(q.points) FROM mcq_questions q WHERE q.quiz_id = a.quiz_id))::int AS same FROM mcq_attempts a`,
  );

  expect(answers?.answers).toBe(1600);
  expect(answers?.same).toBe(answers?.answers);
  expect(attempts?.quizzes).toBeGreaterThan(10);
  expect(attempts?.same).toBe(attempts?.attempts);
});

it('totals of learners are computed, and again when they go on', async () => {
  await old.client.query(
    `UPDATE "learning.assignment_submissions" SET status = 'PASSED', score = 100, "gradedAt" = now() WHERE status = 'PENDING'`,
  );
  const passed = 'SELECT sum(assignments_passed)::int AS n FROM learner_stats';
  const [before] = await learning<{ n: number }>(passed);
  await run();

  const [after] = await learning<{ n: number }>(passed);
  expect(before?.n).toBe(200);
  expect(after?.n).toBeGreaterThan(200);
});
