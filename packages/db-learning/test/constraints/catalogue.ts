import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import {
  assignment,
  catalogue,
  id,
  language,
  material,
  module,
  moduleOf,
  otherLanguage,
  question,
  quiz,
  testCase,
  waitsFor,
} from './rows.js';
import { belowZero } from './shared-cases.js';

const names: ConstraintCase[] = [
  ...['name', 'slug'].map((column) => ({
    object: `programming_languages_${column}_key`,
    given: language(),
    refused: language({
      id: id(2),
      name: 'Go',
      slug: 'go',
      [column]: column === 'name' ? 'Python' : 'python',
    }),
    allowed: `UPDATE programming_languages SET deleted_at = now(); ${language({ id: id(2) })}`,
  })),
  {
    object: 'programming_languages_slug_format_check',
    refused: language({ slug: 'C Sharp' }),
    allowed: language({ slug: 'c-sharp' }),
  },
  {
    object: 'modules_language_id_slug_key',
    given: catalogue + otherLanguage(),
    refused: module({ id: id(2) }),
    allowed: module({ id: id(2), language_id: id(2) }),
  },
  {
    object: 'modules_language_id_slug_key',
    given: catalogue,
    refused: module({ id: id(2) }),
    allowed: `UPDATE modules SET deleted_at = now(); ${module({ id: id(2) })}`,
  },
  {
    object: 'modules_slug_format_check',
    given: language(),
    refused: module({ slug: '-functions' }),
    allowed: module({ slug: 'functions-2' }),
  },
];

const parents: ConstraintCase[] = [
  { object: 'modules_language_id_fkey', refused: module(), allowed: catalogue },
  { object: 'materials_module_id_fkey', refused: material(), allowed: catalogue + material() },
  { object: 'assignments_module_id_fkey', refused: assignment(), allowed: catalogue + assignment() },
];

const ranges: ConstraintCase[] = [
  belowZero('modules', 'order', language(), module),
  belowZero('modules', 'estimated_duration', language(), module),
  belowZero('materials', 'order', catalogue, material),
  belowZero('materials', 'duration', catalogue, material),
  ...['-1', '1000001', 'NaN'].map((max_score) => ({
    object: 'assignments_max_score_up_to_a_million_check',
    given: catalogue,
    refused: assignment({ max_score }),
    allowed: assignment({ max_score: '92.5' }) + assignment({ id: id(2), max_score: '1000000' }),
  })),
  belowZero('modules', 'step_count', language(), module),
  belowZero('assignments', 'estimated_duration', catalogue, assignment),
  {
    object: 'assignments_time_limit_positive_check',
    given: catalogue,
    refused: assignment({ time_limit: '0' }),
    allowed: assignment({ time_limit: '1' }),
  },
];

const unreadableTests: unknown[] = [
  JSON.stringify([testCase]),
  testCase,
  ['adds'],
  [[testCase]],
  [testCase, { ...testCase, name: undefined }],
  [{ ...testCase, input: 12 }],
  [{ ...testCase, expectedOutput: null }],
  [{ ...testCase, hidden: 'no' }],
  [{ ...testCase, points: -1 }],
];

const shapes: ConstraintCase[] = [
  ...unreadableTests.map((testCases) => ({
    object: 'assignments_test_cases_shape_check',
    given: catalogue,
    refused: assignment({ test_cases: JSON.stringify(testCases) }),
    allowed: assignment({ test_cases: JSON.stringify([testCase, { ...testCase, hidden: true, points: 0 }]) }),
  })),
  ...['"[]"', '[1]', 'null'].map((hints) => ({
    object: 'assignments_hints_shape_check',
    given: catalogue,
    refused: assignment({ hints }),
    allowed: assignment({ hints: '["Read the task again."]' }),
  })),
];

const threeModules = language() + moduleOf(1) + moduleOf(2) + moduleOf(3);

const prerequisites: ConstraintCase[] = [
  {
    object: 'module_prerequisites_module_id_fkey',
    given: language() + moduleOf(1),
    refused: waitsFor(2, 1),
    allowed: moduleOf(2) + waitsFor(2, 1),
  },
  {
    object: 'module_prerequisites_prerequisite_id_fkey',
    given: language() + moduleOf(2),
    refused: waitsFor(2, 1),
    allowed: moduleOf(1) + waitsFor(2, 1),
  },
  {
    object: 'module_prerequisites_module_id_prerequisite_id_key',
    given: threeModules + waitsFor(2, 1),
    refused: `INSERT INTO module_prerequisites (id, module_id, prerequisite_id) VALUES ('${id(99)}', '${id(2)}', '${id(1)}')`,
    allowed: waitsFor(3, 1),
  },
  {
    object: 'module_prerequisites_not_itself_check',
    given: threeModules,
    refused: waitsFor(2, 2),
    otherwise: 'module_prerequisites_acyclic_rule',
    allowed: waitsFor(2, 1),
  },
  {
    object: 'module_prerequisites_acyclic_rule',
    given: threeModules + waitsFor(2, 1) + waitsFor(3, 2),
    refused: waitsFor(1, 3),
    allowed: waitsFor(3, 1),
  },
  {
    object: 'module_prerequisites_acyclic_rule',
    given: threeModules + waitsFor(2, 1) + waitsFor(3, 2),
    refused: `UPDATE module_prerequisites SET prerequisite_id = '${id(3)}' WHERE id = '${id(21)}'`,
    allowed: `UPDATE module_prerequisites SET module_id = '${id(3)}' WHERE id = '${id(21)}'`,
  },
  {
    object: 'module_prerequisites_same_language_rule',
    given: threeModules + otherLanguage() + moduleOf(4, id(2)),
    refused: waitsFor(4, 1),
    allowed: moduleOf(5, id(2)) + waitsFor(4, 5),
  },
  ...['module_id', 'prerequisite_id'].map((column) => ({
    object: 'module_prerequisites_same_language_rule',
    given: threeModules + otherLanguage() + moduleOf(4, id(2)) + waitsFor(2, 1),
    refused: `UPDATE module_prerequisites SET ${column} = '${id(4)}'`,
    allowed: `UPDATE module_prerequisites SET ${column} = '${id(3)}'`,
  })),
  ...[1, 2].map((connected) => ({
    object: 'modules_language_rule',
    given: threeModules + otherLanguage() + waitsFor(2, 1),
    refused: `UPDATE modules SET language_id = '${id(2)}' WHERE id = '${id(connected)}'`,
    allowed: `UPDATE modules SET language_id = '${id(2)}' WHERE id = '${id(3)}'`,
  })),
];

const steps = (trigger: string, given: string, write: string, count: number): TriggerEffect => ({
  trigger,
  // A quiz is published here without a question, which is another rule's.
  given: `ALTER TABLE mcq_quizzes DISABLE TRIGGER mcq_quizzes_published_rule; ${given} UPDATE modules SET content_version = 0;`,
  write,
  shows: `SELECT step_count = ${count} AND content_version = 1 FROM modules WHERE id = '${id(1)}'`,
});

const content = { materials: material, assignments: assignment, mcq_quizzes: quiz };
const published = { published_at: '2026-06-01T12:00:00Z' };

/** What a module asks follows its content, and a language follows its modules. */
export const catalogueEffects: TriggerEffect[] = [
  ...Object.entries(content).flatMap(([table, row]) => {
    const given = catalogue + moduleOf(2) + row(published);
    const other = row({ id: id(2), ...published });
    return [
      steps(`${table}_inserted_steps`, catalogue, row(published), 1),
      steps(`${table}_updated_steps`, given + other, `UPDATE ${table} SET deleted_at = now()`, 0),
      steps(
        `${table}_updated_steps`,
        given + other,
        `UPDATE ${table} SET published_at = NULL WHERE id = '${id(2)}'`,
        1,
      ),
      steps(`${table}_updated_steps`, given, `UPDATE ${table} SET module_id = '${id(2)}'`, 0),
      steps(`${table}_deleted_steps`, given + other, `DELETE FROM ${table} WHERE id = '${id(2)}'`, 1),
    ];
  }),
  ...['deleted_at = now()', 'published_at = NULL', `language_id = '${id(2)}'`].map((change) => ({
    trigger: 'modules_updated_language',
    given: `${catalogue} ${otherLanguage()} ${material()} UPDATE programming_languages SET content_version = 0;`,
    write: `UPDATE modules SET ${change}`,
    shows: `SELECT content_version = 1 FROM programming_languages WHERE id = '${id(1)}'`,
  })),
  ...Object.entries(content).map(([table, row]) => ({
    trigger: `${table}_updated_steps`,
    given: `ALTER TABLE mcq_quizzes DISABLE TRIGGER mcq_quizzes_published_rule; ${catalogue} ${otherLanguage()} ${moduleOf(2, id(2))} ${row(published)} UPDATE programming_languages SET content_version = 0;`,
    write: `UPDATE ${table} SET module_id = '${id(2)}'`,
    shows: `SELECT content_version > 0 FROM programming_languages WHERE id = '${id(2)}'`,
  })),
  {
    trigger: 'modules_appended_order',
    given: `${catalogue} UPDATE modules SET "order" = 7;`,
    write: `INSERT INTO modules (id, language_id, title, slug) VALUES ('${id(2)}', '${id(1)}', 'x', 'x')`,
    shows: `SELECT "order" = 8 FROM modules WHERE id = '${id(2)}'`,
  },
  {
    trigger: 'materials_appended_order',
    given: `${catalogue} ${material()} UPDATE materials SET "order" = 7;`,
    write: `INSERT INTO materials (id, module_id, title, type, content) VALUES ('${id(2)}', '${id(1)}', 'x', 'VIDEO', 'x')`,
    shows: `SELECT "order" = 8 FROM materials WHERE id = '${id(2)}'`,
  },
  {
    trigger: 'mcq_questions_appended_order',
    given: `${catalogue} ${quiz()} ${question()} UPDATE mcq_questions SET "order" = 7;`,
    write: `INSERT INTO mcq_questions (id, quiz_id, question) VALUES ('${id(2)}', '${id(1)}', 'x')`,
    shows: `SELECT "order" = 8 FROM mcq_questions WHERE id = '${id(2)}'`,
  },
  {
    trigger: 'modules_deleted_language',
    given: `${catalogue} ${material()} UPDATE programming_languages SET content_version = 0;`,
    // Its material goes with it, and with that the module would be found empty first.
    write: `ALTER TABLE materials DROP CONSTRAINT materials_module_id_fkey; DELETE FROM modules`,
    shows: 'SELECT content_version = 1 FROM programming_languages',
  },
];

export const catalogueCases: ConstraintCase[] = [
  ...names,
  ...parents,
  ...ranges,
  ...shapes,
  ...prerequisites,
];
