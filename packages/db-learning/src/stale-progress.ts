import { rowOf, statement } from '@codezest/db-core';
import { batchSize } from './batch-size.js';
import type { Client } from './client.js';

/** What one batch has brought to what is true. */
export interface RefreshedProgress {
  /** Learners' modules and enrolments that were looked at. */
  readonly refreshed: number;
  /** What thereby became complete; each is a row of Completion. */
  readonly completedModules: number;
  readonly completedLanguages: number;
  /** Whether some are left, if only because their learner was busy: then call again. */
  readonly more: boolean;
}

/**
 * After content was added, removed, published, withdrawn, restored or moved: brings the progress of learners concerned to
 * what is true, `limit` (100) at a time. What is stale is known by the version of the content it was computed from, so a
 * run that was interrupted, or that came too early, is made up for by the next. Whoever is learning at that moment is
 * left for later, not waited for. For a job that calls it until there is no more, with a pause between two batches.
 *
 * @throws {BatchSizeOutOfRangeError} BATCH_SIZE_OUT_OF_RANGE
 * @example
 * let batch = await refreshStaleProgress(prisma);
 * while (batch.more) batch = await refreshStaleProgress(prisma);
 */
export async function refreshStaleProgress(
  client: Client,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<RefreshedProgress> {
  const values = [batchSize(limit)];
  const modules = await rowOf(client, refreshModules, values);
  // Only once the modules are true is it known whether the language is.
  if (modules !== undefined && modules.stale > 0) return resultOf(modules);
  const languages = await rowOf(client, refreshLanguages, values);
  return resultOf(languages ?? NOTHING);
}

interface Batch {
  readonly stale: number;
  readonly refreshed: number;
  readonly completedModules: number;
  readonly completedLanguages: number;
}

const NOTHING: Batch = { stale: 0, refreshed: 0, completedModules: 0, completedLanguages: 0 };

function resultOf({ stale, ...batch }: Batch): RefreshedProgress {
  return { ...batch, more: stale > 0 };
}

/**
 * Learners in the order of their ids, those whom somebody else has locked left out. One without a row of figures gets it
 * first, and is found by the next batch.
 */
const refresh = (name: string, stale: string, subject: string) =>
  statement<Batch>(
    name,
    `WITH stale AS MATERIALIZED (${stale}), beginners AS (
      INSERT INTO learner_stats (id, user_id)
      SELECT rules.new_id(), user_id FROM (
        SELECT DISTINCT stale.user_id FROM stale
        WHERE NOT EXISTS (SELECT FROM learner_stats s WHERE s.user_id = stale.user_id)) AS missing
      ON CONFLICT (user_id) DO NOTHING
    ), locked AS MATERIALIZED (
      SELECT stale.* FROM stale JOIN learner_stats s ON s.user_id = stale.user_id
      ORDER BY s.user_id FOR UPDATE OF s SKIP LOCKED
    )
    SELECT (SELECT count(*)::int FROM stale) AS stale, count(*)::int AS refreshed,
      coalesce(sum(completed_modules), 0)::int AS "completedModules",
      coalesce(sum(completed_languages), 0)::int AS "completedLanguages"
    FROM locked CROSS JOIN LATERAL rules.refresh_progress(locked.user_id, ${subject})`,
  );

const refreshModules = refresh(
  'learning.refresh_modules',
  `SELECT p.user_id, p.module_id
  FROM modules m CROSS JOIN LATERAL (
    SELECT p.user_id, p.module_id FROM module_progress p
    WHERE p.module_id = m.id AND p.status <> 'COMPLETED' AND p.content_version < m.content_version
    ORDER BY p.content_version LIMIT $1::int) AS p
  LIMIT $1::int`,
  'locked.module_id, NULL',
);

const refreshLanguages = refresh(
  'learning.refresh_languages',
  `SELECT e.user_id, e.language_id
  FROM programming_languages l CROSS JOIN LATERAL (
    SELECT e.user_id, e.language_id FROM language_enrollments e
    WHERE e.language_id = l.id AND e.status <> 'DROPPED' AND e.content_version < l.content_version
    ORDER BY e.content_version LIMIT $1::int) AS e
  LIMIT $1::int`,
  'NULL, locked.language_id',
);
