// INSERT statements of rows that every rule accepts; a case changes the one column it is about.

export type Columns = Record<string, string | null>;
export type Row = (changes?: Columns) => string;

/** Values are SQL literals of unknown type, so that PostgreSQL gives each the type of its column. */
function insertInto(table: string, defaults: Columns): Row {
  return (changes = {}) => {
    const row = { ...defaults, ...changes };
    const columns = Object.keys(row).map((column) => `"${column}"`);
    const values = Object.values(row).map((value) =>
      value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`,
    );
    return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')});`;
  };
}

/** The nth id of these cases. */
export function id(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** The moment at which things happen in these cases, and two before it. */
export const now = '2026-06-01T12:00:00Z';
export const anHourBefore = '2026-06-01T11:00:00Z';
export const aMomentBefore = '2026-06-01T11:59:59.999Z';

export const language = insertInto('programming_languages', { id: id(1), name: 'Python', slug: 'python' });
export const otherLanguage = (): string => language({ id: id(2), name: 'Go', slug: 'go' });
export const module = insertInto('modules', {
  id: id(1),
  language_id: id(1),
  title: 'Functions',
  slug: 'functions',
  order: '1',
});
export const moduleOf = (n: number, languageId = id(1)): string =>
  module({ id: id(n), slug: `module-${n}`, language_id: languageId });
/** `module` waits for `prerequisite`. */
export const waitsFor = (moduleNumber: number, prerequisite: number): string =>
  insertInto('module_prerequisites', {
    id: id(moduleNumber * 10 + prerequisite),
    module_id: id(moduleNumber),
    prerequisite_id: id(prerequisite),
  })();
export const material = insertInto('materials', {
  id: id(1),
  module_id: id(1),
  title: 'Parameters',
  type: 'ARTICLE',
  content: 'A parameter is a name.',
  order: '1',
});
export const testCase = { name: 'adds', input: '1 2', expectedOutput: '3', hidden: false, points: 10 };
/** A file of the language; of something else with `language_id: null` and an owner. */
export const courseFile = insertInto('course_files', {
  id: id(1),
  language_id: id(1),
  path: 'LICENSE',
  content: '\\x61',
});
export const assignment = insertInto('assignments', {
  id: id(1),
  module_id: id(1),
  title: 'Sum',
  description: 'Add two numbers.',
  difficulty: 'BEGINNER',
  test_cases: JSON.stringify([testCase]),
});

export const quiz = insertInto('mcq_quizzes', { id: id(1), module_id: id(1), title: 'Functions' });
export const question = insertInto('mcq_questions', {
  id: id(1),
  quiz_id: id(1),
  question: 'What does def do?',
  order: '1',
});
export const option = insertInto('mcq_options', {
  id: id(1),
  question_id: id(1),
  option_text: 'It names a function.',
  is_correct: 'true',
  order: '1',
});
export const attempt = insertInto('mcq_attempts', {
  id: id(1),
  user_id: id(1),
  quiz_id: id(1),
  attempt_number: '1',
  max_score: '10',
  passing_score: '70',
  started_at: now,
});
export const completed = { status: 'COMPLETED', score: '7', passed: 'true', completed_at: now };
export const snapshot = { question: 'What does def do?', points: 1, options: [] };
export const answer = insertInto('mcq_answers', {
  id: id(1),
  attempt_id: id(1),
  quiz_id: id(1),
  question_id: id(1),
  selected_option_id: id(1),
  is_correct: 'true',
  snapshot: JSON.stringify(snapshot),
});
export const quizAnalysis = insertInto('quiz_analyses', {
  id: id(1),
  attempt_id: id(1),
  analysis_type: 'AI',
  performance_breakdown: '{}',
  ai_model: 'tutor-1',
});

export const submission = insertInto('assignment_submissions', {
  id: id(1),
  user_id: id(1),
  assignment_id: id(1),
  code: 'print(3)',
  language: 'Python 3.13',
  max_score: '100',
  submitted_at: now,
});
export const graded = { status: 'PASSED', score: '90', graded_at: now };
export const assignmentAnalysis = insertInto('assignment_analyses', {
  id: id(1),
  submission_id: id(1),
  analysis_type: 'AI',
  ai_model: 'tutor-1',
});

export const enrollment = insertInto('language_enrollments', {
  id: id(1),
  user_id: id(1),
  language_id: id(1),
  enrolled_at: now,
});
export const moduleProgress = insertInto('module_progress', { id: id(1), user_id: id(1), module_id: id(1) });
export const materialProgress = insertInto('material_progress', {
  id: id(1),
  user_id: id(1),
  material_id: id(1),
});
export const completion = insertInto('completions', {
  id: id(1),
  user_id: id(1),
  module_id: id(1),
  completed_at: now,
});
export const learnerStats = insertInto('learner_stats', { id: id(1), user_id: id(1) });
export const certificate = insertInto('certificates', {
  id: id(1),
  user_id: id(1),
  type: 'LANGUAGE_COMPLETION',
  language_id: id(1),
  title: 'Python',
  credential_id: '0123456789abcdef'.repeat(2),
  issued_at: now,
});
export const forModule = { type: 'MODULE_COMPLETION', language_id: null, module_id: id(1) };

export const catalogue = language() + module();
export const draftQuiz = catalogue + quiz() + question() + option();
