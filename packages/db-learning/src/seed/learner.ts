import {
  courseOf,
  DAY,
  type Enrollment,
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
import { assignmentMinutes, quizMinutes, type TaughtModule } from './catalogue.js';
import type { LearnerRows } from './learner-tables.js';
import { submissionRows } from './submissions.js';

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
  rows.completions.push(...completionRows(person, course));
  if (course.length > 0) rows.learner_stats.push(statsRow(person, course, moduleById));
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

/** What was completed, reported at once. */
function completionRows(person: Person, course: readonly Enrollment[]): SeedRow[] {
  const modules = course.flatMap((enrollment) => enrollment.modules);
  const completed = [
    ...modules.map(({ module, completedAt }) => ({ module_id: module.id, language_id: null, completedAt })),
    ...course.map(({ language, completedAt }) => ({
      module_id: null,
      language_id: language.id,
      completedAt,
    })),
  ];
  return completed.flatMap(({ completedAt, ...subject }) =>
    completedAt
      ? {
          id: seedId(
            'Completion',
            `${person.index}/${subject.module_id ?? subject.language_id}`,
            completedAt,
          ),
          user_id: person.id,
          ...subject,
          completed_at: completedAt,
          reported_at: completedAt,
          created_at: completedAt,
          updated_at: completedAt,
        }
      : [],
  );
}

/** As `rules.recompute_learner_stats` would have it. */
function statsRow(person: Person, course: readonly Enrollment[], moduleById: ModuleById): SeedRow {
  const modules = course.flatMap((enrollment) => enrollment.modules);
  const completed = modules.filter(({ completedAt }) => completedAt);
  const first = course[0]?.enrolledAt;
  const last = new Date(Math.max(...course.map((enrollment) => lastStepOf(enrollment).getTime())));
  return {
    id: seedId('LearnerStats', person.index, first),
    user_id: person.id,
    total_learning_hours: Math.round(
      modules.reduce((sum, module) => sum + minutesMeant(module, moduleById), 0) / 60,
    ),
    courses_completed: course.filter(({ completedAt }) => completedAt).length,
    modules_completed: completed.length,
    assignments_passed: modules.filter(({ submission }) => submission?.gradedAt).length,
    quizzes_passed: modules.filter(({ attempts }) => attempts.some(({ passed }) => passed)).length,
    certificates_earned: course.filter(({ certificate }) => certificate).length,
    last_learned_at: lastLearnedAt(modules),
    created_at: first,
    updated_at: last,
  };
}

/** The minutes that what is done in a module is meant to take. */
function minutesMeant(
  { module, materials, submission, attempts }: ModuleCourse,
  moduleById: ModuleById,
): number {
  const taught = moduleById.get(module.id);
  if (!taught) return 0;
  const read = taught.content.materials
    .filter((_, index) => materials.some(({ id }) => id === taught.materialIds[index]))
    .reduce((sum, { minutes }) => sum + minutes, 0);
  const assigned = submission?.gradedAt ? assignmentMinutes[taught.content.assignment.difficulty] : 0;
  return read + assigned + (attempts.some(({ passed }) => passed) ? quizMinutes : 0);
}

function lastLearnedAt(modules: readonly ModuleCourse[]): Date | null {
  const times = modules.flatMap(({ materials, submission, attempts }) => [
    ...[...materials, ...attempts].map(({ completedAt }) => completedAt.getTime()),
    ...(submission ? [submission.submittedAt.getTime()] : []),
  ]);
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}
