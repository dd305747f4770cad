import type { RawRows } from './raw-rows.js';

// What progress ought to be, from what authors have written and learners have done: no SQL and no function of the package.

export interface Step {
  readonly id: string;
  readonly minutes: number;
}

export const isLive = (row: { published_at: string | null; deleted_at: string | null }): boolean =>
  row.published_at !== null && row.deleted_at === null;

/** Ids of the materials, assignments and quizzes that a module asks for. */
export function askedBy(rows: RawRows, moduleId: string): string[] {
  return [...rows.materials, ...rows.assignments, ...rows.quizzes]
    .filter((content) => content.module_id === moduleId && isLive(content))
    .map(({ id }) => id);
}

/** What a learner has done: materials completed, assignments and quizzes passed. */
export function doneBy(rows: RawRows, userId: string): Set<string> {
  const own = <Row extends { user_id: string }>(list: Row[]) => list.filter((row) => row.user_id === userId);
  return new Set([
    ...own(rows.materialProgress).flatMap((row) => (row.completed ? [row.material_id] : [])),
    ...own(rows.submissions).flatMap((row) => (row.status === 'PASSED' ? [row.assignment_id] : [])),
    ...own(rows.attempts).flatMap((row) => (row.passed ? [row.quiz_id] : [])),
  ]);
}

/** Who may be complete: `learner subject`, from the first moment at which all that was asked was done. */
export type Completable = Set<string>;

const pair = (userId: string, subject: string): string => `${userId} ${subject}`;

/**
 * Adds those who have done all that is asked, by the rows before or after a step: what learners do only grows, and what is
 * asked meanwhile is that of one of the two moments.
 */
export function follow(completable: Completable, before: RawRows, after: RawRows): void {
  for (const userId of new Set(after.stats.map((row) => row.user_id))) {
    const done = doneBy(after, userId);
    const completed = completedModulesOf(after, userId);
    for (const moment of [before, after]) {
      for (const { id } of moment.modules) {
        if (isWhole(askedBy(moment, id), done)) completable.add(pair(userId, id));
      }
      for (const { id } of moment.languages) {
        if (isWhole(modulesAskedBy(moment, id), completed)) completable.add(pair(userId, id));
      }
    }
  }
}

const isWhole = (asked: string[], done: Set<string>): boolean =>
  asked.length > 0 && asked.every((id) => done.has(id));

const completedModulesOf = (rows: RawRows, userId: string): Set<string> =>
  new Set(
    rows.moduleProgress
      .filter((row) => row.user_id === userId && row.status === 'COMPLETED')
      .map((row) => row.module_id),
  );

function modulesAskedBy(rows: RawRows, languageId: string): string[] {
  return rows.modules
    .filter(
      (module) => module.language_id === languageId && isLive(module) && askedBy(rows, module.id).length > 0,
    )
    .map(({ id }) => id);
}

/** Where stored progress differs from what it ought to be, once nothing is stale; empty where all is well. */
export function differences(rows: RawRows, completable: Completable): string[] {
  const wrong: string[] = [];
  const demand = (holds: boolean, what: string, ...of: string[]) => {
    if (!holds) wrong.push([what, ...of].join(' '));
  };
  for (const { id, step_count } of rows.modules) {
    demand(step_count === askedBy(rows, id).length, 'step_count of module', id);
  }
  for (const userId of new Set([...rows.enrollments, ...rows.stats].map((row) => row.user_id))) {
    const done = doneBy(rows, userId);
    for (const { id, language_id } of rows.modules) {
      const asked = askedBy(rows, id);
      const row = rows.moduleProgress.find(
        (progress) => progress.user_id === userId && progress.module_id === id,
      );
      if (row?.status === 'COMPLETED') {
        demand(completable.has(pair(userId, id)), 'complete without having done all: module', id, userId);
        demand(row.progress_percent === 100, 'complete with less than 100 percent: module', id, userId);
        continue;
      }
      // Content that was done elsewhere counts where it has come to for those who learn there: for others once they enrol.
      const isLearner = rows.enrollments.some(
        (enrollment) =>
          enrollment.user_id === userId &&
          enrollment.language_id === language_id &&
          enrollment.status !== 'DROPPED',
      );
      if (row !== undefined || isLearner) {
        demand(!isWhole(asked, done), 'all done, not complete: module', id, userId, row?.status ?? 'no row');
      }
      if (row === undefined) continue;
      const count = asked.filter((step) => done.has(step)).length;
      const percent = asked.length === 0 ? 0 : Math.floor((100 * count) / asked.length);
      demand(
        row.progress_percent === percent,
        `percent ${row.progress_percent} for ${percent}: module`,
        id,
        userId,
      );
      demand((row.status === 'IN_PROGRESS') === (row.started_at !== null), 'status of module', id, userId);
    }
    const completed = completedModulesOf(rows, userId);
    for (const { id } of rows.languages) {
      const row = rows.enrollments.find(
        ({ user_id, language_id }) => user_id === userId && language_id === id,
      );
      if (row?.status === 'COMPLETED') {
        demand(completable.has(pair(userId, id)), 'complete without having done all: language', id, userId);
      } else if (row?.status === 'ACTIVE' || row?.status === 'PAUSED') {
        demand(!isWhole(modulesAskedBy(rows, id), completed), 'all done, not complete: language', id, userId);
      }
    }
    wrong.push(...differencesOfReports(rows, userId), ...differencesOfStats(rows, userId, done));
  }
  return wrong;
}

/** Each completion is a row, once. */
function differencesOfReports(rows: RawRows, userId: string): string[] {
  const reported = rows.completions
    .filter((row) => row.user_id === userId)
    .map(({ module_id, language_id }) => module_id ?? language_id ?? '');
  const completed = [
    ...completedModulesOf(rows, userId),
    ...rows.enrollments
      .filter((row) => row.user_id === userId && row.status === 'COMPLETED')
      .map((row) => row.language_id),
  ];
  const missing = completed.filter((subject) => !reported.includes(subject));
  const twice = reported.filter((subject, index) => reported.indexOf(subject) !== index);
  return [
    ...missing.map((id) => `not reported: ${id} ${userId}`),
    ...twice.map((id) => `reported twice: ${id}`),
  ];
}

function differencesOfStats(rows: RawRows, userId: string, done: Set<string>): string[] {
  const stats = rows.stats.find((row) => row.user_id === userId);
  if (stats === undefined) return [`no figures: ${userId}`];
  const own = <Row extends { user_id: string }>(list: Row[]) => list.filter((row) => row.user_id === userId);
  const minutes = [
    ...rows.materials.map(({ id, duration }) => ({ id, minutes: duration ?? 0 })),
    ...[...rows.assignments, ...rows.quizzes].map((row) => ({
      id: row.id,
      minutes: row.estimated_duration ?? 0,
    })),
  ].reduce((sum, step) => sum + (done.has(step.id) ? step.minutes : 0), 0);
  const moments = [
    ...own(rows.materialProgress).map((row) => row.last_viewed_at),
    ...own(rows.submissions).map((row) => row.submitted_at),
    ...own(rows.attempts).map((row) => row.completed_at ?? row.started_at),
  ].sort();
  const expected = {
    total_learning_hours: Math.round(minutes / 60),
    courses_completed: own(rows.enrollments).filter(({ status }) => status === 'COMPLETED').length,
    modules_completed: own(rows.moduleProgress).filter(({ status }) => status === 'COMPLETED').length,
    assignments_passed: rows.assignments.filter(({ id }) => done.has(id)).length,
    quizzes_passed: rows.quizzes.filter(({ id }) => done.has(id)).length,
    certificates_earned: own(rows.certificates).filter(
      (row) => row.revoked_at === null && row.renewed_at === null,
    ).length,
    last_learned_at: moments.at(-1) ?? null,
  };
  return Object.entries(expected)
    .filter(([name, value]) => stats[name as keyof typeof expected] !== value)
    .map(([name, value]) => `${name} ${stats[name as keyof typeof expected]} for ${value}: ${userId}`);
}
