import {
  inTransaction,
  isTimeout,
  isUniqueViolation,
  type QueryingClient,
  rowsOf,
  type Statement,
  statement,
} from '@codezest/db-core';
import type { Client } from '../client.js';
import { NameTakenError } from '../learning-errors.js';
import { checkCourse } from './check-course.js';
import type { Course } from './course.js';
import type { CourseChange } from './course-change.js';
import { CourseBusyError, CourseConflictError } from './course-errors.js';
import { planCourse, uuidsOf } from './course-plan.js';
import { findLanguage, readCourseState } from './course-state.js';
import { writeCourse } from './course-writes.js';

/** What an import did, or would do. Nothing where the course is as it is stored. */
export interface CourseImport {
  readonly changes: readonly CourseChange[];
}

const CHANGED_MEANWHILE =
  'somebody has given a part of the language its slug or its uuid meanwhile. Import it again.';

/** Of a transaction about a whole course. */
export const COURSE_TIMEOUT_MS = 120_000;

/**
 * Brings the language of the course's slug to what the course says, all of it or nothing. A part is what it was by its
 * uuid, without one by its slug: renamed or moved it keeps its row, and what learners did. What came from files and is no
 * longer in the course is deleted softly, and restored when it comes back; content that did not come from files is left
 * alone. The progress of learners follows by `refreshStaleProgress`. Of several imports at once the next begins when
 * the one before is done.
 *
 * @param options.dryRun says what would be done, and does nothing.
 * @throws {CourseInvalidError} COURSE_INVALID with everything that is wrong with it
 * @throws {CourseConflictError} COURSE_CONFLICT with what other courses have, or people made by hand
 * @throws {NameTakenError} NAME_TAKEN by another live language
 * @throws {CourseBusyError} COURSE_BUSY
 * @example
 * const { changes } = await importCourse(prisma, course, { dryRun: true });
 */
export async function importCourse(
  client: Client,
  course: Course,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<CourseImport> {
  checkCourse(course);
  return inTransaction(client, (open: Client) => importInto(open, course, dryRun), {
    timeout: COURSE_TIMEOUT_MS,
  });
}

async function importInto(client: QueryingClient, course: Course, dryRun: boolean): Promise<CourseImport> {
  await lockCourse(client, course.slug);
  const language = await findLanguage(client, course.slug);
  const plan = planCourse(course, await readCourseState(client, language, uuidsOf(course)), new Date());
  if (!dryRun) {
    await writeCourse(client, plan).catch((cause: unknown) => {
      if (isUniqueViolation(cause, 'name')) throw new NameTakenError({ cause });
      if (isUniqueViolation(cause)) throw new CourseConflictError(course.slug, CHANGED_MEANWHILE, { cause });
      throw cause;
    });
  }
  return { changes: plan.changes };
}

/** To the end of the transaction. The slug is locked, as the language may have no row yet. */
async function lockCourse(client: QueryingClient, slug: string): Promise<void> {
  try {
    await rowsOf(client, courseLock, [slug]);
  } catch (cause) {
    if (isTimeout(cause)) throw new CourseBusyError({ cause });
    throw cause;
  }
}

const courseLock: Statement<object> = statement(
  'learning.lock_course',
  "SELECT pg_advisory_xact_lock(hashtextextended('course ' || $1::text, 0))::text AS locked",
);
