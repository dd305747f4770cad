import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  assignment,
  type Columns,
  catalogue,
  courseFile,
  id,
  language,
  material,
  module,
  moduleOf,
  quiz,
  type Row,
} from './rows.js';
import { belowZero } from './shared-cases.js';

const authored: Record<string, [given: string, row: Row]> = {
  programming_languages: ['', (changes) => language({ layout: 'MARKDOWN', ...changes })],
  modules: [language(), module],
  materials: [catalogue, material],
  assignments: [catalogue, assignment],
  mcq_quizzes: [catalogue, quiz],
};

const slugged: Record<string, Row> = { materials: material, assignments: assignment, mcq_quizzes: quiz };

const ofAssignment = { language_id: null, assignment_id: id(1) };
const ofModule = { language_id: null, module_id: id(1) };

const ownersThatAreNotOne: Columns[] = [
  { language_id: null },
  { module_id: id(1) },
  { assignment_id: id(1) },
];

/** What comes from the files of a course. */
export const courseFileCases: ConstraintCase[] = [
  {
    object: 'programming_languages_layout_of_files_check',
    refused: language({ layout: 'EXERCISM' }),
    allowed: language({ layout: 'EXERCISM', authored: '{}' }),
  },
  {
    object: 'programming_languages_layout_of_files_check',
    refused: language({ authored: '{}' }),
    allowed: language(),
  },
  ...Object.entries(authored).map(([table, [given, row]]) => ({
    object: `${table}_authored_object_check`,
    given,
    refused: row({ authored: '[]' }),
    allowed: row({ authored: '{"icon": "lamp"}' }),
  })),
  ...Object.entries(slugged).flatMap(([table, row]) => [
    {
      object: `${table}_slug_format_check`,
      given: catalogue,
      refused: row({ slug: 'Two Words' }),
      allowed: row({ slug: 'two-words' }) + row({ id: id(2), slug: null }) + row({ id: id(3), slug: null }),
    },
    {
      object: `${table}_module_id_slug_key`,
      given: catalogue + moduleOf(2) + row({ slug: 'one' }),
      refused: row({ id: id(2), slug: 'one' }),
      allowed: row({ id: id(2), slug: 'one', module_id: id(2) }),
    },
    {
      object: `${table}_module_id_slug_key`,
      given: catalogue + row({ slug: 'one' }),
      refused: row({ id: id(2), slug: 'one' }),
      allowed: `UPDATE ${table} SET deleted_at = now(); ${row({ id: id(2), slug: 'one' })}`,
    },
  ]),
  belowZero('assignments', 'place', catalogue, assignment),
  belowZero('mcq_quizzes', 'place', catalogue, quiz),
  ...['0', '11'].map((level) => ({
    object: 'assignments_level_from_1_to_10_check',
    given: catalogue,
    refused: assignment({ level }),
    allowed: assignment({ level: '1' }) + assignment({ id: id(2), level: '10' }),
  })),
  ...ownersThatAreNotOne.map((owner) => ({
    object: 'course_files_of_one_owner_check',
    given: catalogue + assignment(),
    refused: courseFile(owner),
    allowed:
      courseFile() + courseFile({ id: id(2), ...ofModule }) + courseFile({ id: id(3), ...ofAssignment }),
  })),
  ...['/etc/passwd', '../up', 'a/../b', 'a//b', './a', 'a/', 'a\\b', 'c:a', 'a\nb', '', 'x'.repeat(1001)].map(
    (path) => ({
      object: 'course_files_path_relative_check',
      given: language(),
      refused: courseFile({ path }),
      allowed: courseFile({ path: '.docs/..a/b...c' }) + courseFile({ id: id(2), path: 'x'.repeat(1000) }),
    }),
  ),
  {
    object: 'course_files_content_up_to_five_mebibytes_check',
    given: language() + courseFile(),
    refused: "UPDATE course_files SET content = decode(repeat('00', 5242881), 'hex')",
    allowed: "UPDATE course_files SET content = decode(repeat('00', 5242880), 'hex')",
  },
  ...[
    ['language_id', language(), {}],
    ['module_id', catalogue, ofModule],
    ['assignment_id', catalogue + assignment(), ofAssignment],
  ].flatMap(([column, given, owner]) => [
    {
      object: `course_files_${column}_fkey`,
      refused: courseFile(owner as Columns),
      allowed: `${given} ${courseFile(owner as Columns)}`,
    },
    {
      object: `course_files_${column}_path_key`,
      given: `${given} ${courseFile(owner as Columns)}`,
      refused: courseFile({ id: id(2), ...(owner as Columns) }),
      allowed: courseFile({ id: id(2), ...(owner as Columns), path: 'other' }),
    },
  ]),
];
