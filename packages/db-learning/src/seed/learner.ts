import {
  courseOf,
  DAY,
  type Enrollment,
  HOUR,
  type ModuleCourse,
  type Person,
  Random,
  SEED_NOW,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import type { ModuleId } from '@codezest/db-types';
import type { EnrollmentStatus } from '../../generated/enums.js';
import { attemptRows } from './attempts.js';
import type { TaughtModule } from './catalogue.js';
import { submissionRows } from './submissions.js';

/** Parents before children: the order in which a learner's rows are written. */
export const learnerTables = [
  'language_enrollments',
  'module_progress',
  'material_progress',
  'assignment_submissions',
  'assignment_analyses',
  'mcq_attempts',
  'mcq_answers',
  'quiz_analyses',
  'certificates',
  'learner_stats',
] as const;

export type LearnerTable = (typeof learnerTables)[number];
export type LearnerRows = Record<LearnerTable, SeedRow[]>;

export type ModuleById = ReadonlyMap<ModuleId, TaughtModule>;

/** Adds everything that a person has done here to `rows`. */
export function addLearner(person: Person, moduleById: ModuleById, rows: LearnerRows): void {
  const course = courseOf(person);
  for (const enrollment of course) {
    rows.language_enrollments.push(enrollmentRow(person, enrollment));
    for (const moduleCourse of enrollment.modules) {
      const module = moduleById.get(moduleCourse.module.id);
      if (!module) throw new RangeError(`The catalogue has no module ${moduleCourse.module.title}.`);
      addModule(person, module, moduleCourse, rows);
    }
    if (enrollment.certificate) rows.certificates.push(certificateRow(person, enrollment));
  }
  if (course.length > 0) rows.learner_stats.push(statsRow(person, course));
}

function addModule(person: Person, module: TaughtModule, course: ModuleCourse, rows: LearnerRows): void {
  rows.module_progress.push(moduleProgressRow(person, course));
  rows.material_progress.push(...materialProgressRows(person, course));
  submissionRows(person, module, course, rows);
  attemptRows(person, module, course, rows);
}

function enrollmentRow(person: Person, enrollment: Enrollment): SeedRow {
  const { id, language, enrolledAt, completedAt } = enrollment;
  return {
    id,
    user_id: person.id,
    language_id: language.id,
    status: statusOf(enrollment),
    weekly_hours: person.goals.weeklyHours,
    enrolled_at: enrolledAt,
    completed_at: completedAt,
    created_at: enrolledAt,
    updated_at: lastStepOf(enrollment),
  };
}

/** Who has done nothing for two months takes a break, after four months they have dropped out. */
function statusOf(enrollment: Enrollment): EnrollmentStatus {
  if (enrollment.completedAt) return 'COMPLETED';
  const idle = SEED_NOW.getTime() - lastStepOf(enrollment).getTime();
  if (idle > 120 * DAY) return 'DROPPED';
  return idle > 60 * DAY ? 'PAUSED' : 'ACTIVE';
}

function lastStepOf({ enrolledAt, modules }: Enrollment): Date {
  const last = modules.at(-1);
  return last ? lastStepIn(last) : enrolledAt;
}

function lastStepIn(course: ModuleCourse): Date {
  const attempt = course.attempts.at(-1)?.completedAt;
  const submitted = course.submission?.gradedAt ?? course.submission?.submittedAt;
  return attempt ?? submitted ?? course.materials.at(-1)?.completedAt ?? course.startedAt;
}

function moduleProgressRow(person: Person, course: ModuleCourse): SeedRow {
  const { module, startedAt, completedAt, materials, submission } = course;
  const steps = module.materialIds.length + 2;
  const done = materials.length + (submission?.gradedAt ? 1 : 0);
  return {
    id: seedId('ModuleProgress', `${person.index}/${module.id}`, startedAt),
    user_id: person.id,
    module_id: module.id,
    status: completedAt ? 'COMPLETED' : 'IN_PROGRESS',
    progress_percent: completedAt ? 100 : Math.floor((100 * done) / steps),
    started_at: startedAt,
    completed_at: completedAt,
    last_accessed_at: lastStepIn(course),
    version: done,
    created_at: startedAt,
    updated_at: lastStepIn(course),
  };
}

function materialProgressRows(person: Person, { module, materials }: ModuleCourse): SeedRow[] {
  const random = new Random('views', person.index, module.id);
  return materials.map(({ id, startedAt, completedAt }) => ({
    id: seedId('MaterialProgress', `${person.index}/${id}`, startedAt),
    user_id: person.id,
    material_id: id,
    completed: true,
    view_count: Number(random.weighted({ 1: 60, 2: 30, 3: 10 })),
    last_viewed_at: completedAt,
    completed_at: completedAt,
    created_at: startedAt,
    updated_at: completedAt,
  }));
}

function certificateRow(person: Person, { certificate, language, modules }: Enrollment): SeedRow {
  const scores = modules.map(({ submission }) => submission?.score ?? 0);
  const score = Math.round(scores.reduce((sum, one) => sum + one, 0) / Math.max(1, scores.length));
  const credentialId = new Random('credential', certificate?.id ?? '').hex(16);
  return {
    id: certificate?.id,
    user_id: person.id,
    type: 'LANGUAGE_COMPLETION',
    language_id: language.id,
    title: `${language.name} from the first line to the last test`,
    description: `${person.firstName} ${person.lastName} has completed all ${modules.length} modules of ${language.name}.`,
    certificate_url: `https://codezest.test/certificates/${credentialId}`,
    credential_id: credentialId,
    is_verified: true,
    score,
    grade: score >= 90 ? 'DISTINCTION' : score >= 80 ? 'MERIT' : 'PASS',
    issued_at: certificate?.issuedAt,
    created_at: certificate?.issuedAt,
    updated_at: certificate?.issuedAt,
  };
}

function statsRow(person: Person, course: readonly Enrollment[]): SeedRow {
  const modules = course.flatMap((enrollment) => enrollment.modules);
  const completed = modules.filter(({ completedAt }) => completedAt);
  const first = course[0]?.enrolledAt;
  const last = new Date(Math.max(...course.map((enrollment) => lastStepOf(enrollment).getTime())));
  return {
    id: seedId('LearnerStats', person.index, first),
    user_id: person.id,
    total_learning_hours: Math.round(millisecondsSpent(modules) / HOUR),
    courses_completed: course.filter(({ completedAt }) => completedAt).length,
    modules_completed: completed.length,
    assignments_passed: modules.filter(({ submission }) => submission?.gradedAt).length,
    quizzes_passed: modules.filter(({ attempts }) => attempts.some(({ passed }) => passed)).length,
    certificates_earned: course.filter(({ certificate }) => certificate).length,
    last_learned_at: last,
    created_at: first,
    updated_at: last,
  };
}

/** Time with materials and in quizzes as it was measured, for the assignments as long as they usually take. */
function millisecondsSpent(modules: readonly ModuleCourse[]): number {
  let spent = 0;
  for (const { materials, attempts, submission } of modules) {
    for (const { startedAt, completedAt } of [...materials, ...attempts]) {
      spent += completedAt.getTime() - startedAt.getTime();
    }
    if (submission) spent += HOUR / 2;
  }
  return spent;
}
