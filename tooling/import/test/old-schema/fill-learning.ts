import { idSql } from './ids.js';

const user = (n: string) => idSql('users', n);
const MODULES = 20;
const row = (table: string, n: string) => idSql(table, n);

/** Four languages of five modules each, with their contents: as much as learners need, however many they are. */
export const CONTENT: readonly string[] = [
  `INSERT INTO "learning.programming_languages" ("id", "name", "slug", "difficulty", "createdAt", "updatedAt")
   SELECT ${row('languages', 'n')}, 'Language ' || n, CASE n WHEN 2 THEN 'C#_' || n ELSE 'language-' || n END, 'BEGINNER',
     timestamp '2025-01-01', timestamp '2025-01-01' FROM generate_series(1, 4) AS n`,
  `INSERT INTO "learning.modules" ("id", "languageId", "title", "slug", "description", "order", "createdAt", "updatedAt")
   SELECT ${row('modules', 'n')}, ${row('languages', '1 + (n - 1) / 5')}, 'Module ' || n, 'module-' || n, 'About ' || n, n % 5,
     timestamp '2025-01-01', timestamp '2025-01-01' FROM generate_series(1, ${MODULES}) AS n`,
  `INSERT INTO "_ModulePrerequisites" ("A", "B") SELECT ${row('modules', 'n')}, ${row('modules', 'n + 1')}
   FROM generate_series(1, ${MODULES - 1}) AS n WHERE n % 5 > 0`,
  `INSERT INTO "learning.materials" ("id", "moduleId", "title", "type", "content", "duration", "order", "createdAt", "updatedAt")
   SELECT ${row('materials', 'n')}, ${row('modules', '1 + n % 20')}, 'Material ' || n, 'ARTICLE', repeat('text ', 50), 10, n % 4,
     timestamp '2025-01-01', timestamp '2025-01-01' FROM generate_series(1, 80) AS n`,
  `INSERT INTO "learning.assignments" ("id", "moduleId", "title", "description", "difficulty", "testCases", "hints", "maxScore",
     "createdAt", "updatedAt")
   SELECT ${row('assignments', 'n')}, ${row('modules', '1 + n % 20')}, 'Assignment ' || n, 'Do it', 'BEGINNER',
     '[{"name":"adds","input":"1 2","expectedOutput":"3","points":5},{"input":"2 2","expected":4,"hidden":true}]',
     CASE WHEN n % 2 = 0 THEN '["read"]' ELSE E'think\\n\\ntry' END, 100, timestamp '2025-01-01', timestamp '2025-01-01'
   FROM generate_series(1, 40) AS n`,
  `INSERT INTO "learning.mcq_quizzes" ("id", "moduleId", "title", "passingScore", "timeLimit", "createdAt", "updatedAt")
   SELECT ${row('quizzes', 'n')}, ${row('modules', 'n')}, 'Quiz ' || n, 70, 30, timestamp '2025-01-01', timestamp '2025-01-01'
   FROM generate_series(1, ${MODULES}) AS n`,
  // The last quiz has no questions and cannot be published.
  `INSERT INTO "learning.mcq_questions" ("id", "quizId", "question", "order", "points", "createdAt", "updatedAt")
   SELECT ${row('questions', 'n')}, ${row('quizzes', '1 + (n - 1) / 4')}, 'Question ' || n, n % 4, 1 + n % 3,
     timestamp '2025-01-01', timestamp '2025-01-01' FROM generate_series(1, ${(MODULES - 1) * 4}) AS n`,
  `INSERT INTO "learning.mcq_options" ("id", "questionId", "optionText", "isCorrect", "order")
   SELECT ${row('options', 'n * 3 + k')}, ${row('questions', 'n')}, 'Option ' || k, k = 1, k
   FROM generate_series(1, ${(MODULES - 1) * 4}) AS n, generate_series(0, 2) AS k`,
];

/** What so many learners did. */
export function fillLearning(users: number): string[] {
  const each = `generate_series(1, ${users}) AS n`;
  return [
    ...CONTENT,
    `INSERT INTO "learning.language_enrollments" ("id", "userId", "languageId", "status", "enrolledAt", "completedAt")
     SELECT ${row('enrollments', 'n')}, ${user('n')}, ${row('languages', '1 + n % 4')},
       CASE n % 4 WHEN 0 THEN 'COMPLETED' WHEN 1 THEN 'PAUSED' ELSE 'ACTIVE' END::"EnrollmentStatus", timestamp '2026-01-01',
       CASE WHEN n % 4 = 0 THEN timestamp '2026-05-01' END FROM ${each}`,
    `INSERT INTO "learning.module_progress" ("id", "userId", "moduleId", "status", "progressPercent", "startedAt", "completedAt",
       "lastAccessedAt")
     SELECT ${row('module_progress', 'n * 3 + k')}, ${user('n')}, ${row('modules', '1 + (n + k) % 20')},
       CASE k WHEN 0 THEN 'COMPLETED' WHEN 1 THEN 'IN_PROGRESS' ELSE 'NOT_STARTED' END::"ProgressStatus", CASE k WHEN 0 THEN 90 ELSE 40 END,
       CASE WHEN k < 2 THEN timestamp '2026-01-02' END, CASE WHEN k = 0 THEN timestamp '2026-02-01' END, timestamp '2026-02-02'
     FROM ${each}, generate_series(0, 2) AS k`,
    `INSERT INTO "learning.material_progress" ("id", "userId", "materialId", "completed", "viewCount", "lastViewedAt", "completedAt")
     SELECT ${row('material_progress', 'n * 5 + k')}, ${user('n')}, ${row('materials', '1 + (n + k) % 80')}, k < 4, k,
       timestamp '2026-02-01', CASE WHEN k < 3 THEN timestamp '2026-01-20' END FROM ${each}, generate_series(0, 4) AS k`,
    `INSERT INTO "learning.assignment_submissions" ("id", "userId", "assignmentId", "code", "language", "status", "score", "feedback",
       "submittedAt", "gradedAt")
     SELECT ${row('submissions', 'n * 3 + k')}, ${user('n')}, ${row('assignments', '1 + (n + k) % 40')}, repeat('code();', 30),
       'language ' || 1 + n % 4, CASE k WHEN 0 THEN 'PASSED' WHEN 1 THEN 'FAILED' ELSE CASE n % 3 WHEN 0 THEN 'RUNNING' WHEN 1 THEN 'ERROR' ELSE 'PENDING' END END::"SubmissionStatus",
       CASE WHEN k < 2 THEN 100 - k * 60 END, 'ok', timestamp '2026-03-01', CASE WHEN k < 2 THEN timestamp '2026-03-01 00:01' END
     FROM ${each}, generate_series(0, 2) AS k`,
    `INSERT INTO "learning.assignment_analyses" ("id", "submissionId", "analysisType", "overallScore", "strengths", "aiModel", "createdAt",
       "updatedAt")
     SELECT ${row('analyses', 'n')}, ${row('submissions', 'n * 3')}, 'AI', 80, ARRAY['clear'], CASE WHEN n % 2 = 0 THEN 'model-1' END,
       timestamp '2026-03-01', timestamp '2026-03-01' FROM ${each}`,
    `INSERT INTO "learning.mcq_attempts" ("id", "userId", "quizId", "score", "startedAt", "completedAt")
     SELECT ${row('attempts', 'n * 2 + k')}, ${user('n')}, ${row('quizzes', '1 + n % 19')}, CASE WHEN k = 0 OR n % 3 > 0 THEN 50 + k * 40 END,
       timestamp '2026-04-01' + k * interval '1 day', CASE WHEN k = 0 OR n % 3 > 0 THEN timestamp '2026-04-01 00:10' + k * interval '1 day' END
     FROM ${each}, generate_series(0, 1) AS k`,
    `INSERT INTO "learning.mcq_answers" ("id", "attemptId", "questionId", "selectedOptionId", "isCorrect", "answeredAt")
     SELECT ${row('answers', '(n * 2 + k) * 4 + q')}, ${row('attempts', 'n * 2 + k')}, ${row('questions', '(n % 19) * 4 + 1 + q')},
       CASE WHEN q < 3 THEN ${row('options', '((n % 19) * 4 + 1 + q) * 3 + 1')} END, q < 3, timestamp '2026-04-01 00:05'
     FROM ${each}, generate_series(0, 1) AS k, generate_series(0, 3) AS q`,
    `INSERT INTO "learning.quiz_analyses" ("id", "attemptId", "analysisType", "performanceBreakdown", "aiModel", "createdAt", "updatedAt")
     SELECT ${row('quiz_analyses', 'n')}, ${row('attempts', 'n * 2')}, 'AI', '{"topics":{}}', 'model-1', timestamp '2026-04-02', timestamp '2026-04-02'
     FROM ${each} WHERE n % 3 = 0`,
    `INSERT INTO "learning.certificates" ("id", "userId", "type", "languageId", "moduleId", "title", "credentialId", "isVerified", "score",
       "grade", "issuedAt")
     SELECT ${row('certificates', 'n')}, ${user('n')}, CASE WHEN n % 8 = 0 THEN 'LANGUAGE' ELSE 'MODULE' END,
       CASE WHEN n % 8 = 0 THEN ${row('languages', '1 + n % 4')} END, CASE WHEN n % 8 > 0 THEN ${row('modules', '1 + n % 20')} END,
       'Certificate', CASE WHEN n % 3 = 0 THEN md5('credential' || n) ELSE 'CERT-' || n END, n % 2 = 0, 90, 'pass', timestamp '2026-05-01'
     FROM ${each} WHERE n % 4 = 0`,
  ];
}
