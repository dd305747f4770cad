// Rows for plans: so many that a scan of a table would show.

const USERS = 50_000;
export const MODULES = 2_000;
export const LANGUAGES = 100;

/** The id of row n of a table. */
const id = (n: string | number) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
const rows = (count: number) => `FROM generate_series(1, ${count}) n`;
const title = `'Title ' || n`;
const moduleOf = `(n - 1) % ${MODULES} + 1`;
const languageOf = `(n - 1) % ${LANGUAGES} + 1`;

/** Module n has materials n, n + 2000, n + 4000, assignment n and quiz n, and waits for the next one of its language. */
export const filling = [
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
  `INSERT INTO assignment_submissions (id, user_id, assignment_id, code, language, language_id, max_score, analysis_type,
     status, claim_expires_at, submitted_at)
   SELECT ${id('n')}, ${id(`(n - 1) % ${USERS} + 1`)}, ${id(moduleOf)}, 'x', 'Python', ${id(languageOf)}, 100,
     (CASE n % 10 WHEN 1 THEN 'MANUAL' ELSE 'AI' END)::"AnalysisType",
     (CASE n % 10 WHEN 0 THEN 'RUNNING' ELSE 'PENDING' END)::"SubmissionStatus",
     CASE n % 10 WHEN 0 THEN now() + interval '1 hour' END, now() - n * interval '1 second' ${rows(2 * USERS)}`,
  `INSERT INTO completions (id, user_id, module_id, completed_at, created_at)
   SELECT ${id('n')}, ${id('n')}, ${id(moduleOf)}, now(), now() - n * interval '1 second' ${rows(USERS)}`,
  `INSERT INTO assignment_analyses (id, submission_id, ai_model) SELECT ${id('n')}, ${id('n')}, 'x' ${rows(USERS)}`,
  `INSERT INTO mcq_attempts (id, user_id, quiz_id, attempt_number, max_score, passing_score)
   SELECT ${id('n')}, ${id('n')}, ${id(moduleOf)}, 1, 5, 70 ${rows(USERS)}`,
  `INSERT INTO mcq_answers (id, attempt_id, quiz_id, question_id, is_correct, snapshot)
   SELECT ${id('n')}, ${id(`(n - 1) % ${USERS} + 1`)}, ${id(moduleOf)}, ${id(`(n - 1) % ${MODULES} + 1 + (n - 1) / ${USERS} * ${MODULES}`)},
     false, '{"question": "What?", "points": 1, "options": []}' ${rows(2 * USERS)}`,
  `INSERT INTO certificates (id, user_id, type, module_id, title, credential_id)
   SELECT ${id('n')}, ${id('n')}, 'MODULE_COMPLETION', ${id(moduleOf)}, 'x', lpad(to_hex(n), 32, '0') ${rows(USERS)}`,
  `INSERT INTO erased_users (user_hash, request_id) SELECT sha256(('erased ' || n)::bytea), ${id('n')} ${rows(USERS)}`,
  `INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
   SELECT ${id('n')}, 'learning.certificate', n::text, 1, 'certificate.issued', jsonb_build_object('userId', ${id('n')}) ${rows(USERS)}`,
  `INSERT INTO outbox_deliveries (event_id, consumer, aggregatetype, aggregateid)
   SELECT id, 'activity', aggregatetype, aggregateid FROM outbox`,
  `ANALYZE`,
];
