import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import {
  aMomentBefore,
  anHourBefore,
  type Columns,
  catalogue,
  completion,
  enrollment,
  id,
  language,
  learnerStats,
  material,
  materialProgress,
  moduleOf,
  moduleProgress,
  now,
  otherLanguage,
} from './rows.js';
import { belowZero, outsidePercent } from './shared-cases.js';

const completions: ConstraintCase[] = [
  {
    object: 'completions_module_id_fkey',
    given: catalogue + completion(),
    refused: 'DELETE FROM modules',
    allowed: 'UPDATE modules SET deleted_at = now()',
  },
  {
    object: 'completions_language_id_fkey',
    given: language() + completion({ module_id: null, language_id: id(1) }),
    refused: 'DELETE FROM programming_languages',
    allowed: 'UPDATE programming_languages SET deleted_at = now()',
  },
  {
    object: 'completions_user_id_module_id_key',
    given: catalogue + completion(),
    refused: completion({ id: id(2) }),
    allowed: completion({ id: id(2), user_id: id(2) }),
  },
  {
    object: 'completions_user_id_language_id_key',
    given: catalogue + completion({ module_id: null, language_id: id(1) }),
    refused: completion({ id: id(2), module_id: null, language_id: id(1) }),
    allowed: completion({ id: id(2) }),
  },
  ...([{ module_id: null }, { language_id: id(1) }] as Columns[]).map((subjects) => ({
    object: 'completions_of_one_subject_check',
    given: catalogue,
    refused: completion(subjects),
    allowed: completion(),
  })),
];

const enrollments: ConstraintCase[] = [
  {
    object: 'language_enrollments_language_id_fkey',
    given: language() + enrollment(),
    refused: 'DELETE FROM programming_languages',
    allowed: 'UPDATE programming_languages SET deleted_at = now()',
  },
  {
    object: 'language_enrollments_user_id_language_id_key',
    given: language() + otherLanguage() + enrollment({ status: 'DROPPED' }),
    refused: enrollment({ id: id(2) }),
    allowed: enrollment({ id: id(2), language_id: id(2) }) + enrollment({ id: id(3), user_id: id(2) }),
  },
  ...[
    ['-1', '0'],
    ['169', '168'],
  ].map(([impossible, possible]) => ({
    object: 'language_enrollments_weekly_hours_of_a_week_check',
    given: language(),
    refused: enrollment({ weekly_hours: impossible ?? null }),
    allowed: enrollment({ weekly_hours: possible ?? null }),
  })),
  {
    object: 'language_enrollments_completed_has_time_check',
    given: language(),
    refused: enrollment({ status: 'COMPLETED' }),
    allowed: enrollment({ status: 'COMPLETED', completed_at: now }),
  },
  {
    object: 'language_enrollments_completed_has_time_check',
    given: language(),
    refused: enrollment({ status: 'PAUSED', completed_at: now }),
    allowed: enrollment({ status: 'PAUSED' }),
  },
  {
    object: 'language_enrollments_completed_after_enrolment_check',
    given: language(),
    refused: enrollment({ status: 'COMPLETED', completed_at: aMomentBefore }),
    allowed: enrollment({ status: 'COMPLETED', completed_at: now }),
  },
];

const inProgress = { status: 'IN_PROGRESS', started_at: anHourBefore, progress_percent: '40' };
const completed = { ...inProgress, status: 'COMPLETED', progress_percent: '100', completed_at: now };

const modules: ConstraintCase[] = [
  {
    object: 'module_progress_module_id_fkey',
    given: catalogue + moduleProgress(),
    refused: 'DELETE FROM modules',
    allowed: 'UPDATE modules SET deleted_at = now()',
  },
  {
    object: 'module_progress_user_id_module_id_key',
    given: catalogue + moduleOf(2) + moduleProgress(),
    refused: moduleProgress({ id: id(2) }),
    allowed: moduleProgress({ id: id(2), module_id: id(2) }) + moduleProgress({ id: id(3), user_id: id(2) }),
  },
  ...outsidePercent('module_progress_progress_percent_check', 'progress_percent', catalogue, moduleProgress),
  {
    object: 'module_progress_started_has_time_check',
    given: catalogue,
    refused: moduleProgress({ ...inProgress, started_at: null }),
    allowed: moduleProgress(inProgress),
  },
  {
    object: 'module_progress_started_has_time_check',
    given: catalogue,
    refused: moduleProgress({ started_at: now }),
    allowed: moduleProgress(),
  },
  {
    object: 'module_progress_completed_has_time_check',
    given: catalogue,
    refused: moduleProgress({ ...completed, completed_at: null }),
    allowed: moduleProgress(completed),
  },
  {
    object: 'module_progress_completed_has_time_check',
    given: catalogue,
    refused: moduleProgress({ ...inProgress, completed_at: now }),
    allowed: moduleProgress(inProgress),
  },
  {
    object: 'module_progress_completed_is_whole_check',
    given: catalogue,
    refused: moduleProgress({ ...completed, progress_percent: '99' }),
    allowed: moduleProgress({ ...inProgress, progress_percent: '99' }),
  },
  {
    object: 'module_progress_completed_after_start_check',
    given: catalogue,
    refused: moduleProgress({ ...completed, started_at: now, completed_at: aMomentBefore }),
    allowed: moduleProgress({ ...completed, started_at: now, completed_at: now }),
  },
];

const read = catalogue + material();

const materials: ConstraintCase[] = [
  {
    object: 'material_progress_material_id_fkey',
    given: read + materialProgress(),
    refused: 'DELETE FROM materials',
    allowed: 'UPDATE materials SET deleted_at = now()',
  },
  {
    object: 'material_progress_user_id_material_id_key',
    given: read + material({ id: id(2) }) + materialProgress(),
    refused: materialProgress({ id: id(2) }),
    allowed: materialProgress({ id: id(2), material_id: id(2) }),
  },
  belowZero('material_progress', 'view_count', read, materialProgress),
  {
    object: 'material_progress_completed_has_time_check',
    given: read,
    refused: materialProgress({ completed: 'true' }),
    allowed: materialProgress({ completed: 'true', completed_at: now }),
  },
  {
    object: 'material_progress_completed_has_time_check',
    given: read,
    refused: materialProgress({ completed_at: now }),
    allowed: materialProgress(),
  },
];

const totals = [
  'total_learning_hours',
  'courses_completed',
  'modules_completed',
  'assignments_passed',
  'quizzes_passed',
  'certificates_earned',
];

const stats: ConstraintCase[] = [
  {
    object: 'learner_stats_user_id_key',
    given: learnerStats(),
    refused: learnerStats({ id: id(2) }),
    allowed: learnerStats({ id: id(2), user_id: id(2) }),
  },
  ...totals.map((total) => ({
    object: 'learner_stats_totals_not_negative_check',
    refused: learnerStats({ [total]: '-1' }),
    allowed: learnerStats({ [total]: '0' }),
  })),
];

export const progressCases: ConstraintCase[] = [
  ...completions,
  ...enrollments,
  ...modules,
  ...materials,
  ...stats,
];

export const progressEffects: TriggerEffect[] = [
  {
    trigger: 'language_enrollments_taken_up_version',
    given: language() + enrollment({ status: 'DROPPED' }),
    write: `UPDATE language_enrollments SET status = 'PAUSED'`,
    shows: 'SELECT content_version = -1 FROM language_enrollments',
  },
];
