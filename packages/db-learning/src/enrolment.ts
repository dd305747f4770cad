import { joinedRows, read, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { ModuleId, ProgrammingLanguageId, UserId } from '@codezest/db-types';
import type { LanguageEnrollment, Module } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { type Admission, candidate, requireAdmission, unmetOf } from './admission.js';
import type { Client } from './client.js';
import {
  AlreadyEnrolledError,
  ContentNotAvailableError,
  WeeklyHoursOutOfRangeError,
} from './learning-errors.js';
import {
  type CompletedSteps,
  completedSteps,
  type LearningProgress,
  type ProgressRows,
  progressOf,
  progressRows,
} from './learning-progress.js';

export interface NewEnrolment {
  readonly userId: UserId;
  readonly languageId: ProgrammingLanguageId;
  /** Hours a week that the learner means to spend, 0 to 168. */
  readonly weeklyHours?: number | null;
}

/**
 * Enrols a user in a live, active language. Who has paused or dropped it goes on in the same enrolment, and has completed
 * it where all that is asked was done meanwhile. Of several calls at once one enrols and the others are told.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {AlreadyEnrolledError} ALREADY_ENROLLED
 * @throws {WeeklyHoursOutOfRangeError} WEEKLY_HOURS_OUT_OF_RANGE
 * @example
 * const enrollment = await enrol(prisma, { userId, languageId: language.id, weeklyHours: 6 });
 */
export async function enrol(client: Client, enrolment: NewEnrolment): Promise<LanguageEnrollment> {
  const { userId, languageId, weeklyHours = null } = enrolment;
  if (weeklyHours !== null && !isHoursOfWeek(weeklyHours)) throw new WeeklyHoursOutOfRangeError();
  const row = await rowOf(client, insertEnrolment, [userId, languageId, weeklyHours]);
  if (row === undefined) throw new ContentNotAvailableError('language');
  if ((row.id as string | null) === null) throw new AlreadyEnrolledError();
  return row;
}

function isHoursOfWeek(hours: number): boolean {
  return Number.isInteger(hours) && hours >= 0 && hours <= 168;
}

const insertEnrolment = statement<LanguageEnrollment>(
  'learning.enrol',
  `SELECT ${columnsOf.languageEnrollment('written')}
  FROM programming_languages l LEFT JOIN LATERAL rules.enrol($1::uuid, l.id, $3::int) AS written ON true
  WHERE l.id = $2::uuid AND l.deleted_at IS NULL AND l.is_active`,
);

export interface ModuleOfLearner {
  readonly userId: UserId;
  readonly moduleId: ModuleId;
}

/**
 * Starts a module, or goes on with it. Starting one of its materials, submissions or attempts does this as well.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {NotEnrolledError} NOT_ENROLLED
 * @throws {PrerequisitesUnmetError} PREREQUISITES_UNMET, with their number in `unmet`
 * @example
 * const { moduleProgress } = await startModule(prisma, { userId, moduleId: module.id });
 */
export async function startModule(client: Client, learner: ModuleOfLearner): Promise<LearningProgress> {
  const row = await rowOf(client, openModule, [learner.userId, learner.moduleId]);
  const admitted = requireAdmission(row, 'module');
  return progressOf(opened.split(admitted), admitted);
}

const opened = joinedRows<ProgressRows>(progressRows);

export const openModule = statement<Admission & CompletedSteps>(
  'learning.start_module',
  `WITH target AS (
    SELECT m.id AS module_id, m.language_id FROM modules m
    JOIN programming_languages l ON l.id = m.language_id AND l.deleted_at IS NULL
    WHERE m.id = $2::uuid AND m.deleted_at IS NULL AND m.published_at IS NOT NULL
  ), ${candidate}
  SELECT candidate.enrolled, candidate.unmet, ${opened.columns}, ${completedSteps}
  FROM candidate
  LEFT JOIN LATERAL rules.recompute_progress(
    CASE WHEN candidate.admitted THEN $1::uuid END, candidate.module_id) AS recomputed ON true`,
);

/**
 * The modules that the user must complete before this one, in the order of the course: none for who has started it, as
 * `startModule` lets them go on. A module without content is waited for by nobody.
 *
 * @example
 * const waitingFor = await unmetPrerequisites(prisma, { userId, moduleId: module.id });
 */
export async function unmetPrerequisites(client: Client, learner: ModuleOfLearner): Promise<Module[]> {
  return rowsOf(client, unmetModules, [learner.userId, learner.moduleId]);
}

export const unmetModules = read<Module>(
  'learning.unmet_prerequisites',
  `${unmetOf(columnsOf.module('m'))} ORDER BY m."order", m.id`,
);

/**
 * Whether the user may start the module, or go on with it, as far as its prerequisites go. False for a module that is not
 * live and published.
 *
 * @example
 * const open = await arePrerequisitesSatisfied(prisma, { userId, moduleId: module.id });
 */
export async function arePrerequisitesSatisfied(client: Client, learner: ModuleOfLearner): Promise<boolean> {
  const row = await rowOf(client, satisfaction, [learner.userId, learner.moduleId]);
  return row?.satisfied ?? false;
}

const satisfaction = read<{ satisfied: boolean }>(
  'learning.prerequisites_satisfied',
  `SELECT NOT EXISTS (${unmetOf('')}) AS satisfied
  FROM modules m JOIN programming_languages l ON l.id = m.language_id AND l.deleted_at IS NULL
  WHERE m.id = $2::uuid AND m.deleted_at IS NULL AND m.published_at IS NOT NULL`,
);
