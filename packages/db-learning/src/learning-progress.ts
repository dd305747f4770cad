import type { LanguageEnrollment, LearnerStats, ModuleProgress } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';

/**
 * Where a learner stands after a step. The rules are `rules.recompute_module` and `rules.recompute_language`: a module is
 * completed once all of its live, published materials are completed and assignments and quizzes passed, and stays so; a
 * language is completed once all of its live, published modules are that have any of those.
 */
export interface LearningProgress {
  readonly moduleProgress: ModuleProgress;
  /** Null where the user is not enrolled, say for a submission made before enrolments were asked for. */
  readonly enrollment: LanguageEnrollment | null;
  readonly stats: LearnerStats;
  /** True for the one step that completes the module: the moment to report it. */
  readonly completesModule: boolean;
  readonly completesLanguage: boolean;
}

/** The rows in it, as a statement joins them. */
export type ProgressRows = Pick<LearningProgress, 'moduleProgress' | 'stats'> & {
  readonly enrollment: LanguageEnrollment;
};

/** What of it is no row. */
export type CompletedSteps = Pick<LearningProgress, 'completesModule' | 'completesLanguage'>;

/** Select lists over `rules.recompute_progress(…) AS recomputed`, which does nothing for a learner that is null. */
export const progressRows = {
  moduleProgress: columnsOf.moduleProgress('(recomputed.progress)'),
  enrollment: columnsOf.languageEnrollment('(recomputed.enrollment)'),
  stats: columnsOf.learnerStats('(recomputed.stats)'),
};

export const completedSteps =
  'recomputed.completes_module AS "completesModule", recomputed.completes_language AS "completesLanguage"';

export function progressOf(rows: ProgressRows, steps: CompletedSteps): LearningProgress {
  const { moduleProgress, stats, enrollment } = rows;
  const { completesModule, completesLanguage } = steps;
  const enrolled = (enrollment.id as string | null) !== null;
  return {
    moduleProgress,
    enrollment: enrolled ? enrollment : null,
    stats,
    completesModule,
    completesLanguage,
  };
}
