import { withClient } from '@codezest/constraint-tests';
import { explaining, type QueryPlan } from '@codezest/db-core/testing';
import {
  type AssignmentId,
  type AssignmentSubmissionId,
  type CertificateId,
  type MaterialId,
  type MCQAttemptId,
  type MCQQuestionId,
  type MCQQuizId,
  type ModuleId,
  type ProgrammingLanguageId,
  parseUserId,
} from '@codezest/db-types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  analyseAttempt,
  analyseSubmission,
  answerQuestion,
  arePrerequisitesSatisfied,
  type Client,
  completeMaterial,
  editQuiz,
  enrol,
  findModuleTree,
  finishAttempt,
  gradeSubmission,
  issueCertificate,
  publishQuiz,
  reorderMaterials,
  reorderModules,
  reorderQuestions,
  replaceQuestion,
  revokeCertificate,
  startAttempt,
  startMaterial,
  startModule,
  startRun,
  submitAssignment,
  unmetPrerequisites,
  verifyCertificate,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { rolledBack } from './fixtures.js';

const USERS = 50_000;
const MODULES = 2_000;
const LANGUAGES = 100;

/** Tables that stay small however many learners there are. */
const SMALL = ['programming_languages', 'submission_transitions'];

let database: TestDatabase;

/** The id of row n of a table. */
const id = (n: string | number) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
const rows = (count: number) => `FROM generate_series(1, ${count}) n`;
const title = `'Title ' || n`;
const moduleOf = `(n - 1) % ${MODULES} + 1`;
const languageOf = `(n - 1) % ${LANGUAGES} + 1`;

/** Module n has materials n, n + 2000, n + 4000, assignment n and quiz n, and waits for the next one of its language. */
const filling = [
  // Rows made by the same rules as any: only the checks that would read other rows for each are left out.
  `SET LOCAL session_replication_role = replica`,
  `INSERT INTO programming_languages (id, name, slug) SELECT ${id('n')}, ${title}, 'language-' || n ${rows(LANGUAGES)}`,
  `INSERT INTO modules (id, language_id, title, slug, "order")
   SELECT ${id('n')}, ${id(languageOf)}, ${title}, 'module-' || n, n ${rows(MODULES)}`,
  `INSERT INTO module_prerequisites (id, module_id, prerequisite_id)
   SELECT ${id('n')}, ${id('n')}, ${id(`n + ${LANGUAGES}`)} ${rows(MODULES - LANGUAGES)}`,
  `INSERT INTO materials (id, module_id, title, type, content, "order")
   SELECT ${id('n')}, ${id(moduleOf)}, ${title}, 'ARTICLE', repeat('Text. ', 100), n ${rows(3 * MODULES)}`,
  `INSERT INTO assignments (id, module_id, title, description, difficulty, test_cases)
   SELECT ${id('n')}, ${id('n')}, ${title}, 'Text.', 'BEGINNER', '[]' ${rows(MODULES)}`,
  `INSERT INTO mcq_quizzes (id, module_id, title, published_at) SELECT ${id('n')}, ${id('n')}, ${title}, now() ${rows(MODULES)}`,
  `INSERT INTO mcq_questions (id, quiz_id, question, "order")
   SELECT ${id('n')}, ${id(moduleOf)}, ${title}, n ${rows(5 * MODULES)}`,
  `INSERT INTO mcq_options (id, question_id, option_text, is_correct, "order")
   SELECT ${id('n')}, ${id(`(n - 1) % ${5 * MODULES} + 1`)}, ${title}, n <= ${5 * MODULES}, n ${rows(15 * MODULES)}`,
  `INSERT INTO language_enrollments (id, user_id, language_id) SELECT ${id('n')}, ${id('n')}, ${id(languageOf)} ${rows(USERS)}`,
  `INSERT INTO learner_stats (id, user_id) SELECT ${id('n')}, ${id('n')} ${rows(USERS)}`,
  `INSERT INTO module_progress (id, user_id, module_id, status, progress_percent, started_at, completed_at)
   SELECT ${id('n')}, ${id('n')}, ${id(moduleOf)}, 'COMPLETED', 100, now(), now() ${rows(USERS)}`,
  `INSERT INTO material_progress (id, user_id, material_id, completed, completed_at)
   SELECT ${id('n')}, ${id(`(n - 1) % ${USERS} + 1`)}, ${id(`(n - 1) % ${3 * MODULES} + 1`)}, true, now() ${rows(2 * USERS)}`,
  `INSERT INTO assignment_submissions (id, user_id, assignment_id, code, language, max_score)
   SELECT ${id('n')}, ${id(`(n - 1) % ${USERS} + 1`)}, ${id(moduleOf)}, 'x', 'Python', 100 ${rows(2 * USERS)}`,
  `INSERT INTO assignment_analyses (id, submission_id, ai_model) SELECT ${id('n')}, ${id('n')}, 'x' ${rows(USERS)}`,
  `INSERT INTO mcq_attempts (id, user_id, quiz_id, attempt_number, max_score, passing_score)
   SELECT ${id('n')}, ${id('n')}, ${id(moduleOf)}, 1, 5, 70 ${rows(USERS)}`,
  `INSERT INTO mcq_answers (id, attempt_id, quiz_id, question_id, is_correct, snapshot)
   SELECT ${id('n')}, ${id(`(n - 1) % ${USERS} + 1`)}, ${id(moduleOf)}, ${id(`(n - 1) % ${MODULES} + 1 + (n - 1) / ${USERS} * ${MODULES}`)},
     false, '{"question": "What?", "points": 1, "options": []}' ${rows(2 * USERS)}`,
  `INSERT INTO certificates (id, user_id, type, module_id, title, credential_id)
   SELECT ${id('n')}, ${id('n')}, 'MODULE_COMPLETION', ${id(moduleOf)}, 'x', lpad(to_hex(n), 32, '0') ${rows(USERS)}`,
  `ANALYZE`,
];

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.owner.url, (owner) => owner.query(filling.join(';')));
}, 150_000);
afterAll(() => database?.drop());

const idOf = <Id extends string>(n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}` as Id;
const userId = parseUserId(idOf(4711));
const module = ((4711 - 1) % MODULES) + 1;
const moduleId = idOf<ModuleId>(module);
const attemptId = idOf<MCQAttemptId>(4711);
const submissionId = idOf<AssignmentSubmissionId>(4711);
const model = { aiModel: 'reviewer-2' };

interface Case {
  title: string;
  run(client: Client): Promise<unknown>;
  /** Indexes meant for it, each used by one of its statements. */
  indexes: string[];
}

const admission = ['language_enrollments_user_id_language_id_key', 'module_progress_user_id_module_id_key'];

const cases: Case[] = [
  {
    title: 'findModuleTree',
    run: (client) => findModuleTree(client, moduleId),
    indexes: [
      'modules_pkey',
      'materials_module_id_order_id_idx',
      'assignments_module_id_created_at_id_idx',
      'mcq_quizzes_module_id_created_at_id_idx',
      // Either of the two indexes of options will do: a question has a handful.
      'mcq_questions_quiz_id_order_id_idx',
    ],
  },
  {
    title: 'startModule',
    run: (client) => startModule(client, { userId, moduleId }),
    indexes: ['modules_pkey', 'module_prerequisites_module_id_prerequisite_id_key', ...admission],
  },
  {
    title: 'unmetPrerequisites',
    run: (client) => unmetPrerequisites(client, { userId, moduleId }),
    indexes: ['module_prerequisites_module_id_prerequisite_id_key', 'module_progress_user_id_module_id_key'],
  },
  {
    title: 'arePrerequisitesSatisfied',
    run: (client) => arePrerequisitesSatisfied(client, { userId, moduleId }),
    indexes: ['modules_pkey', 'module_prerequisites_module_id_prerequisite_id_key'],
  },
  {
    title: 'startMaterial and completeMaterial',
    async run(client) {
      await startMaterial(client, { userId, materialId: idOf<MaterialId>(module) });
      return completeMaterial(client, { userId, materialId: idOf<MaterialId>(module) });
    },
    indexes: ['materials_pkey', ...admission],
  },
  {
    title: 'enrol',
    run: (client) => enrol(client, { userId, languageId: idOf<ProgrammingLanguageId>(1) }),
    indexes: [],
  },
  {
    title: 'submitAssignment',
    run: (client) =>
      submitAssignment(client, {
        userId,
        assignmentId: idOf<AssignmentId>(module),
        code: 'x',
        language: 'Python',
      }),
    indexes: ['assignments_pkey', ...admission],
  },
  {
    title: 'startRun and gradeSubmission',
    run: async (client) => {
      await startRun(client, submissionId);
      return gradeSubmission(client, { submissionId, status: 'PASSED', score: 90 });
    },
    indexes: ['assignment_submissions_pkey', 'assignments_pkey'],
  },
  {
    title: 'startAttempt',
    run: (client) => startAttempt(client, { userId, quizId: idOf<MCQQuizId>(module) }),
    indexes: [
      'mcq_quizzes_pkey',
      'mcq_questions_quiz_id_order_id_idx',
      'mcq_attempts_user_id_quiz_id_attempt_number_key',
      ...admission,
    ],
  },
  {
    title: 'answerQuestion and finishAttempt',
    run: async (client) => {
      await answerQuestion(client, {
        userId,
        attemptId,
        questionId: idOf<MCQQuestionId>(module),
        optionId: null,
      });
      return finishAttempt(client, { userId, attemptId });
    },
    indexes: ['mcq_attempts_pkey', 'mcq_answers_attempt_id_question_id_key', 'mcq_quizzes_pkey'],
  },
  {
    title: 'analyseSubmission',
    run: (client) => analyseSubmission(client, { submissionId, author: model, findings: {}, version: 0 }),
    indexes: ['assignment_submissions_pkey', 'assignment_analyses_submission_id_key'],
  },
  {
    title: 'analyseAttempt',
    run: async (client) => {
      await finishAttempt(client, { userId, attemptId });
      const findings = { performanceBreakdown: { topics: [], skipped: 2 } };
      return analyseAttempt(client, { attemptId, author: model, findings });
    },
    indexes: ['mcq_attempts_pkey', 'mcq_answers_attempt_id_question_id_key'],
  },
  {
    title: 'replaceQuestion',
    run: (client) =>
      replaceQuestion(client, {
        questionId: idOf<MCQQuestionId>(module),
        question: 'What?',
        options: [{ text: 'This.', isCorrect: true }],
      }),
    indexes: ['mcq_quizzes_pkey'],
  },
  {
    title: 'editQuiz and publishQuiz',
    async run(client) {
      const quizId = idOf<MCQQuizId>(module);
      const { updatedAt } = await publishQuiz(client, quizId);
      const questions = [{ question: 'What?', options: [{ text: 'This.', isCorrect: true }] }];
      return editQuiz(client, { quizId, basedOn: updatedAt, questions });
    },
    indexes: ['mcq_quizzes_pkey', 'mcq_questions_quiz_id_order_id_idx'],
  },
  {
    title: 'reorderQuestions',
    run: (client) =>
      reorderQuestions(client, {
        quizId: idOf<MCQQuizId>(module),
        order: [4, 3, 2, 1, 0].map((block) => idOf<MCQQuestionId>(module + block * MODULES)),
      }),
    indexes: ['mcq_quizzes_pkey', 'mcq_questions_quiz_id_order_id_idx'],
  },
  {
    title: 'reorderModules',
    run: (client) =>
      reorderModules(client, {
        languageId: idOf<ProgrammingLanguageId>(1),
        order: Array.from({ length: MODULES / LANGUAGES }, (_, n) => idOf<ModuleId>(1 + n * LANGUAGES)),
      }),
    // Either of the two indexes that begin with the language.
    indexes: [],
  },
  {
    title: 'reorderMaterials',
    run: (client) =>
      reorderMaterials(client, {
        moduleId,
        order: [2, 0, 1].map((block) => idOf<MaterialId>(module + block * MODULES)),
      }),
    indexes: ['modules_pkey', 'materials_module_id_order_id_idx'],
  },
  {
    title: 'certificates',
    run: async (client) => {
      await verifyCertificate(client, '1267'.padStart(32, '0'));
      await revokeCertificate(client, { certificateId: idOf<CertificateId>(4711), reason: 'Copied.' });
      return issueCertificate(client, { userId, moduleId, title: 'Again' });
    },
    indexes: ['certificates_credential_id_key', 'certificates_pkey', ...admission],
  },
];

const growing = (table: string) => !SMALL.includes(table);

test.each(cases)('$title reads by index, for its values and for any', async ({ run, indexes }) => {
  const plans: QueryPlan[] = [];
  await rolledBack(database.client, (transaction) => run(explaining(transaction, plans)));

  expect(plans.length).toBeGreaterThan(0);
  expect(plans.flatMap(({ sequentialScans }) => sequentialScans).filter(growing)).toEqual([]);
  expect(plans.flatMap((plan) => plan.indexes)).toEqual(expect.arrayContaining(indexes));
});

test.each(cases)('$title scans no table that grows, nor do the functions that it calls', async ({ run }) => {
  const scanned = await rolledBack(database.client, async (transaction) => {
    await run(transaction);
    return transaction.$queryRaw<{ relname: string }[]>`
      SELECT relname FROM pg_stat_xact_user_tables WHERE schemaname = 'public' AND seq_scan > 0`;
  });

  expect(scanned.map(({ relname }) => relname).filter(growing)).toEqual([]);
});

test('a scan is seen where there is one', async () => {
  const scanned = await rolledBack(database.client, async (transaction) => {
    await transaction.$queryRaw`SELECT count(*)::int FROM learner_stats WHERE courses_completed = 7`;
    return transaction.$queryRaw<{ relname: string }[]>`
      SELECT relname FROM pg_stat_xact_user_tables WHERE schemaname = 'public' AND seq_scan > 0`;
  });

  expect(scanned.map(({ relname }) => relname).filter(growing)).toEqual(['learner_stats']);
});
