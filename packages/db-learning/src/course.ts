import { nestedColumns, nestedRows, read, rowOf, withDates } from '@codezest/db-core';
import type {
  AssignmentId,
  MaterialId,
  MCQQuizId,
  ModuleId,
  ProgrammingLanguageId,
  UserId,
} from '@codezest/db-types';
import type { LanguageEnrollment, Module, ProgrammingLanguage, ProgressStatus } from '../generated/client.js';
import { columnsOf, timesOf } from '../generated/columns.js';
import type { Client } from './client.js';

/** A module of a course as a learner sees it. */
export type CourseModule = Module & {
  /** NOT_STARTED also where there is no progress. */
  readonly status: ProgressStatus;
  readonly percent: number;
  /** The prerequisites to complete first; none for who has started the module. */
  readonly waitsFor: readonly ModuleId[];
  readonly locked: boolean;
};

/** What to do next. */
export type NextStep = { readonly moduleId: ModuleId; readonly title: string } & (
  | { readonly kind: 'MATERIAL'; readonly id: MaterialId }
  | { readonly kind: 'ASSIGNMENT'; readonly id: AssignmentId }
  | { readonly kind: 'QUIZ'; readonly id: MCQQuizId }
);

export interface Course {
  readonly language: ProgrammingLanguage;
  /** Null for who has never enrolled. */
  readonly enrollment: LanguageEnrollment | null;
  /** Live, published modules in their order. */
  readonly modules: CourseModule[];
  /** The first step that is not done, in the first module that is neither completed nor locked; null where there is none. */
  readonly next: NextStep | null;
}

/**
 * A live language as a learner sees it, or null: its modules with their state, what each waits for, and the next step. One
 * read, so that all of it is of one moment. For who is not enrolled, it is what they would begin with.
 *
 * @example
 * const course = await courseOf(prisma, { userId, languageId: language.id });
 * course?.modules.map(({ title, percent, locked }) => `${title}: ${locked ? 'locked' : `${percent} %`}`);
 */
export async function courseOf(
  client: Client,
  { userId, languageId }: { readonly userId: UserId; readonly languageId: ProgrammingLanguageId },
): Promise<Course | null> {
  const row = await rowOf(client, course, [userId, languageId]);
  if (row === undefined) return null;
  const { enrollments, modules, next, ...language } = row;
  const [enrollment = null] = enrollments;
  if (enrollment !== null) withDates(enrollment, timesOf.languageEnrollment);
  for (const module of modules) withDates(module, timesOf.module as never);
  return { language, enrollment, modules, next };
}

interface CourseRow extends ProgrammingLanguage {
  enrollments: LanguageEnrollment[];
  modules: CourseModule[];
  next: NextStep | null;
}

/** The steps of module `m` that the learner `$1` has not done, as `rules.count_steps_done` counts them. */
const openSteps = `
  SELECT 'MATERIAL' AS kind, 1 AS place, s."order", s.id, s.title FROM materials s
  WHERE s.module_id = m.id AND s.deleted_at IS NULL AND s.published_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM material_progress p WHERE p.user_id = $1::uuid AND p.material_id = s.id AND p.completed)
  UNION ALL
  SELECT 'ASSIGNMENT', 2, 0, s.id, s.title FROM assignments s
  WHERE s.module_id = m.id AND s.deleted_at IS NULL AND s.published_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM assignment_submissions p
    WHERE p.user_id = $1::uuid AND p.assignment_id = s.id AND p.status = 'PASSED')
  UNION ALL
  SELECT 'QUIZ', 3, 0, s.id, s.title FROM mcq_quizzes s
  WHERE s.module_id = m.id AND s.deleted_at IS NULL AND s.published_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM mcq_attempts p WHERE p.user_id = $1::uuid AND p.quiz_id = s.id AND p.passed)`;

export const course = read<CourseRow>(
  'learning.course',
  `WITH seen AS MATERIALIZED (
    SELECT m.id, p.status, p.progress_percent AS percent, ARRAY(
      SELECT required.prerequisite_id FROM module_prerequisites required
      JOIN modules prerequisite ON prerequisite.id = required.prerequisite_id
      WHERE required.module_id = m.id AND p.started_at IS NULL AND rules.asks(prerequisite) AND NOT EXISTS (
        SELECT FROM module_progress done
        WHERE done.user_id = $1::uuid AND done.module_id = required.prerequisite_id AND done.status = 'COMPLETED')
      ORDER BY prerequisite."order", prerequisite.id) AS waits_for
    FROM modules m LEFT JOIN module_progress p ON p.user_id = $1::uuid AND p.module_id = m.id
    WHERE m.language_id = $2::uuid AND m.deleted_at IS NULL AND m.published_at IS NOT NULL
  )
  SELECT ${columnsOf.programmingLanguage('l')},
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.languageEnrollment('e'), timesOf.languageEnrollment)} FROM language_enrollments e
      WHERE e.user_id = $1::uuid AND e.language_id = l.id`)} AS enrollments,
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.module('m'), timesOf.module)}, coalesce(seen.status, 'NOT_STARTED') AS status,
        coalesce(seen.percent, 0) AS percent, seen.waits_for AS "waitsFor", seen.waits_for <> '{}' AS locked
      FROM seen JOIN modules m ON m.id = seen.id ORDER BY m."order", m.id`)} AS modules,
    (SELECT json_build_object('moduleId', m.id, 'kind', step.kind, 'id', step.id, 'title', step.title)
      FROM seen JOIN modules m ON m.id = seen.id
      CROSS JOIN LATERAL (${openSteps} ORDER BY place, "order", id LIMIT 1) AS step
      WHERE seen.status IS DISTINCT FROM 'COMPLETED' AND seen.waits_for = '{}'
      ORDER BY m."order", m.id LIMIT 1) AS next
  FROM programming_languages l WHERE l.id = $2::uuid AND l.deleted_at IS NULL`,
);
