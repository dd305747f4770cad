import { joinedRows, rowOf, statement } from '@codezest/db-core';
import type { MaterialId, UserId } from '@codezest/db-types';
import type { MaterialProgress } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { type Admission, candidate, liveModuleOf, requireAdmission } from './admission.js';
import type { Client } from './client.js';
import {
  type CompletedSteps,
  completedSteps,
  type LearningProgress,
  type ProgressRows,
  progressOf,
  progressRows,
} from './learning-progress.js';

export interface MaterialOfLearner {
  readonly userId: UserId;
  readonly materialId: MaterialId;
}

export interface MaterialStep {
  readonly materialProgress: MaterialProgress;
  readonly progress: LearningProgress;
}

/**
 * Counts a view of the material and starts its module.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {NotEnrolledError} NOT_ENROLLED
 * @throws {PrerequisitesUnmetError} PREREQUISITES_UNMET
 * @example
 * const { materialProgress } = await startMaterial(prisma, { userId, materialId: material.id });
 */
export async function startMaterial(client: Client, learner: MaterialOfLearner): Promise<MaterialStep> {
  return takeStep(client, learner, false);
}

/**
 * Completes the material. The progress of its module, the enrolment in its language and the learner's figures are
 * recomputed in the same statement, under a lock of the learner: of two materials completed at once, the second counts
 * the first. Completing it again changes nothing but when it was last viewed.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {NotEnrolledError} NOT_ENROLLED
 * @throws {PrerequisitesUnmetError} PREREQUISITES_UNMET
 * @example
 * const { progress } = await completeMaterial(prisma, { userId, materialId: material.id });
 * if (progress.completesModule) console.log(`${progress.stats.modulesCompleted} modules completed`);
 */
export async function completeMaterial(client: Client, learner: MaterialOfLearner): Promise<MaterialStep> {
  return takeStep(client, learner, true);
}

async function takeStep(
  client: Client,
  learner: MaterialOfLearner,
  completed: boolean,
): Promise<MaterialStep> {
  const row = await rowOf(client, materialStep, [learner.userId, learner.materialId, completed]);
  const admitted = requireAdmission(row, 'material');
  const { materialProgress, ...rows } = joined.split(admitted);
  return { materialProgress, progress: progressOf(rows, admitted) };
}

const joined = joinedRows<{ materialProgress: MaterialProgress } & ProgressRows>({
  materialProgress: columnsOf.materialProgress('written'),
  ...progressRows,
});

/** The learner is locked before the material: of two that complete several at once, each would wait for the other. */
export const materialStep = statement<Admission & CompletedSteps>(
  'learning.material_step',
  `WITH target AS (
    SELECT m.id AS material_id, m.module_id, module.language_id
    FROM materials m ${liveModuleOf('m')}
    WHERE m.id = $2::uuid AND m.deleted_at IS NULL AND m.published_at IS NOT NULL
  ), ${candidate}, locked AS MATERIALIZED (
    SELECT material_id, rules.lock_learner($1::uuid) FROM candidate WHERE admitted
  ), written AS (
    INSERT INTO material_progress AS p (id, user_id, material_id, completed, completed_at, view_count)
    SELECT rules.new_id(), $1::uuid, material_id, $3::boolean, CASE WHEN $3::boolean THEN now() END, 1
    FROM locked
    ON CONFLICT (user_id, material_id) DO UPDATE SET
      completed = p.completed OR excluded.completed,
      completed_at = coalesce(p.completed_at, excluded.completed_at),
      view_count = p.view_count + CASE WHEN excluded.completed THEN 0 ELSE 1 END,
      last_viewed_at = greatest(p.last_viewed_at, now()),
      updated_at = now()
    RETURNING p.*
  )
  SELECT candidate.enrolled, candidate.unmet, ${joined.columns}, ${completedSteps}
  FROM candidate LEFT JOIN written ON true
  LEFT JOIN LATERAL rules.recompute_progress(written.user_id, rules.module_of(material => written.material_id)) AS recomputed ON true`,
);
