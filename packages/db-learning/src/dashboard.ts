import { nestedColumns, nestedRows, read, rowOf, withDates } from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { Certificate, LanguageEnrollment, LearnerStats, MCQAttempt } from '../generated/client.js';
import { columnsOf, timesOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { columnsWithoutCode, type SubmissionWithoutCode } from './submission-without-code.js';

/** A language that somebody learns, and how far. */
export type LearntCourse = LanguageEnrollment & {
  readonly languageName: string;
  readonly languageSlug: string;
  readonly modules: number;
  readonly modulesCompleted: number;
};

export interface Dashboard {
  /** Null for who has not begun. */
  readonly stats: LearnerStats | null;
  /** Of live languages, the latest first; without those that were dropped. */
  readonly courses: LearntCourse[];
  /** Quizzes that can be gone on with. */
  readonly openAttempts: (MCQAttempt & { readonly quizTitle: string })[];
  /** The five latest. */
  readonly submissions: (SubmissionWithoutCode & { readonly assignmentTitle: string })[];
  /** The five latest that are neither revoked nor renewed. */
  readonly certificates: Certificate[];
}

/**
 * What a learner sees first, in one statement.
 *
 * @example
 * const { courses, openAttempts } = await dashboardOf(prisma, userId);
 * courses.map(({ languageName, modulesCompleted, modules }) => `${languageName}: ${modulesCompleted} of ${modules}`);
 */
export async function dashboardOf(client: Client, userId: UserId): Promise<Dashboard> {
  const row = (await rowOf(client, dashboard, [userId])) as DashboardRow;
  const { stats, courses, openAttempts, submissions, certificates } = row;
  for (const each of stats) withDates(each, timesOf.learnerStats);
  for (const each of courses) withDates(each, timesOf.languageEnrollment as never);
  for (const each of openAttempts) withDates(each, timesOf.mCQAttempt as never);
  for (const each of submissions) withDates(each, timesOf.assignmentSubmission as never);
  for (const each of certificates) withDates(each, timesOf.certificate);
  return { stats: stats[0] ?? null, courses, openAttempts, submissions, certificates };
}

type DashboardRow = Omit<Dashboard, 'stats'> & { readonly stats: LearnerStats[] };

const dashboard = read<DashboardRow>(
  'learning.dashboard',
  `SELECT
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.learnerStats('s'), timesOf.learnerStats)} FROM learner_stats s
      WHERE s.user_id = $1::uuid`)} AS stats,
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.languageEnrollment('e'), timesOf.languageEnrollment)},
        l.name AS "languageName", l.slug AS "languageSlug", counted.*
      FROM language_enrollments e JOIN programming_languages l ON l.id = e.language_id AND l.deleted_at IS NULL
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS modules, count(p.id)::int AS "modulesCompleted"
        FROM modules m LEFT JOIN module_progress p
          ON p.user_id = e.user_id AND p.module_id = m.id AND p.status = 'COMPLETED'
        WHERE m.language_id = e.language_id AND rules.asks(m)) AS counted
      WHERE e.user_id = $1::uuid AND e.status <> 'DROPPED' ORDER BY e.enrolled_at DESC, e.id DESC`)} AS courses,
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.mCQAttempt('t'), timesOf.mCQAttempt)}, q.title AS "quizTitle"
      FROM mcq_attempts t JOIN mcq_quizzes q ON q.id = t.quiz_id
      WHERE t.user_id = $1::uuid AND t.status = 'IN_PROGRESS'
        AND coalesce(rules.attempt_deadline(t) >= now(), true)
      ORDER BY t.started_at DESC, t.id DESC`)} AS "openAttempts",
    ${nestedRows(`
      SELECT ${nestedColumns(columnsWithoutCode('s'), timesOf.assignmentSubmission)}, a.title AS "assignmentTitle"
      FROM assignment_submissions s JOIN assignments a ON a.id = s.assignment_id
      WHERE s.user_id = $1::uuid ORDER BY s.submitted_at DESC, s.id DESC LIMIT 5`)} AS submissions,
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.certificate('c'), timesOf.certificate)} FROM certificates c
      WHERE c.user_id = $1::uuid AND c.revoked_at IS NULL AND c.renewed_at IS NULL
      ORDER BY c.issued_at DESC, c.id DESC LIMIT 5`)} AS certificates`,
);
