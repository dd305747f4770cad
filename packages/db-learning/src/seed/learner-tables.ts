import type { SeedRow } from '@codezest/db-core/seed';

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
  'completions',
  'learner_stats',
] as const;

export type LearnerTable = (typeof learnerTables)[number];
export type LearnerRows = Record<LearnerTable, SeedRow[]>;
