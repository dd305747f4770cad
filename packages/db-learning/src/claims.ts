import { read, rowOf, rowsOf, statement } from '@codezest/db-core';
import type { AssignmentSubmissionId, ProgrammingLanguageId } from '@codezest/db-types';
import type { AnalysisType, AssignmentSubmission } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { batchSize } from './batch-size.js';
import type { Client } from './client.js';
import { ClaimLostError, LeaseOutOfRangeError, RecordNotFoundError } from './learning-errors.js';

// Submissions wait in two queues, oldest first: PENDING ones for a worker that runs them, MANUAL and HYBRID ones for a
// person who analyses them. Each taking is a try with a number, and that number is the claim: whoever comes back with an
// older one is refused. A claim is a lease. It may be extended, and is given to somebody else only after it has run out.

export interface Lease {
  /** Seconds, 1 to 86400. Default 300 for a run, 3600 for a review. */
  readonly leaseSeconds?: number;
}

export interface SubmissionQueue extends Lease {
  /** How the worker calls itself. */
  readonly worker?: string;
  /** Only submissions in this language. */
  readonly languageId?: ProgrammingLanguageId;
  /** Only those that are to be analysed so. AI and HYBRID unless given: MANUAL ones are graded by a person. */
  readonly analysisTypes?: readonly AnalysisType[];
}

export interface SubmissionClaim {
  readonly submissionId: AssignmentSubmissionId;
  /** `tries` of the submission as it was taken. */
  readonly claim: number;
}

/**
 * Takes the oldest PENDING submission to run it, or gives null. Its `tries` is the claim. Of many workers at once each gets another one; none waits for
 * another. In a transaction of its own, or as the last step of one.
 *
 * @throws {LeaseOutOfRangeError} LEASE_OUT_OF_RANGE
 * @example
 * const taken = await claimSubmission(prisma, { worker: 'runner-7', languageId: language.id });
 * if (taken) {
 *   const grade = { status: 'PASSED', score: 92.5 } as const;
 *   await gradeSubmission(prisma, { submissionId: taken.id, claim: taken.tries, ...grade });
 * }
 */
export async function claimSubmission(
  client: Client,
  queue: SubmissionQueue = {},
): Promise<AssignmentSubmission | null> {
  const { worker = null, languageId, analysisTypes = ['AI', 'HYBRID'], leaseSeconds } = queue;
  const values = [worker, leaseOf(leaseSeconds, RUN_SECONDS), analysisTypes];
  const submission = await (languageId === undefined
    ? rowOf(client, claimOldest, values)
    : rowOf(client, claimOldestOfLanguage, [...values, languageId]));
  return submission ?? null;
}

/**
 * Prolongs a claim from now on, for a run that takes longer.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {ClaimLostError} CLAIM_LOST
 * @throws {LeaseOutOfRangeError} LEASE_OUT_OF_RANGE
 * @example
 * await extendClaim(prisma, { submissionId: running.id, claim: running.tries, leaseSeconds: 600 });
 */
export async function extendClaim(
  client: Client,
  { submissionId, claim, leaseSeconds }: SubmissionClaim & Lease,
): Promise<AssignmentSubmission> {
  const values = [submissionId, claim, leaseOf(leaseSeconds, RUN_SECONDS)];
  return (await rowOf(client, prolong, values)) ?? lostClaim(client, submissionId);
}

/**
 * Gives a submission back, PENDING: a worker that stops, or that cannot run it.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {ClaimLostError} CLAIM_LOST
 * @example
 * await releaseClaim(prisma, { submissionId: running.id, claim: running.tries });
 */
export async function releaseClaim(
  client: Client,
  { submissionId, claim }: SubmissionClaim,
): Promise<AssignmentSubmission> {
  return (await rowOf(client, giveBack, [submissionId, claim])) ?? lostClaim(client, submissionId);
}

/**
 * Makes submissions PENDING again whose claim has run out because their worker died or hangs; ERROR after `maxTries` (5)
 * tries. For a job that runs every minute; several share the work. Returns those that it has changed, at most `limit` (50).
 *
 * @throws {BatchSizeOutOfRangeError} BATCH_SIZE_OUT_OF_RANGE
 * @example
 * const requeued = await requeueStaleSubmissions(prisma, { maxTries: 3 });
 */
export async function requeueStaleSubmissions(
  client: Client,
  { limit = 50, maxTries = 5 }: { readonly limit?: number; readonly maxTries?: number } = {},
): Promise<AssignmentSubmission[]> {
  return rowsOf(client, requeue, [batchSize(limit), batchSize(maxTries)]);
}

export interface ReviewQueue extends Lease {
  readonly languageId?: ProgrammingLanguageId;
}

/**
 * Takes the oldest submission that waits for a person's analysis, or gives null. Its `reviewTries` is the claim: a MANUAL one as it was handed in, a HYBRID
 * one once it was run. `analyseSubmission` by that person, with the claim, ends the wait; a claim that runs out gives it to
 * another one.
 *
 * @throws {LeaseOutOfRangeError} LEASE_OUT_OF_RANGE
 * @example
 * const review = await claimReview(prisma, { leaseSeconds: 1_800 });
 * if (review) {
 *   await analyseSubmission(prisma, {
 *     submissionId: review.id,
 *     author: { analyzedBy: instructorId },
 *     findings: { detailedFeedback: 'Write the test first.' },
 *     claim: review.reviewTries,
 *   });
 * }
 */
export async function claimReview(
  client: Client,
  { languageId, leaseSeconds }: ReviewQueue = {},
): Promise<AssignmentSubmission | null> {
  const values = [leaseOf(leaseSeconds, REVIEW_SECONDS), languageId ?? null];
  return (await rowOf(client, claimUnreviewed, values)) ?? null;
}

export const RUN_SECONDS = 300;
const REVIEW_SECONDS = 3_600;
const LONGEST_LEASE_SECONDS = 86_400;

/** @throws {LeaseOutOfRangeError} */
export function leaseOf(seconds: number | undefined, usual: number): number {
  const lease = seconds ?? usual;
  if (!Number.isInteger(lease) || lease < 1 || lease > LONGEST_LEASE_SECONDS)
    throw new LeaseOutOfRangeError();
  return lease;
}

async function lostClaim(client: Client, id: AssignmentSubmissionId): Promise<never> {
  throw (await rowOf(client, submissionById, [id])) === undefined
    ? new RecordNotFoundError('submission')
    : new ClaimLostError();
}

const columns = columnsOf.assignmentSubmission('s');

const claiming = (name: string, language: string) =>
  statement<AssignmentSubmission>(
    name,
    `WITH next AS MATERIALIZED (
      SELECT s.id FROM assignment_submissions s
      WHERE s.status = 'PENDING' AND s.analysis_type = ANY ($3::"AnalysisType"[]) ${language}
      ORDER BY s.submitted_at, s.id LIMIT 1
      FOR UPDATE SKIP LOCKED
    )
    UPDATE assignment_submissions s SET
      status = 'RUNNING', worker = $1::text, claim_expires_at = clock_timestamp() + make_interval(secs => $2::int),
      updated_at = now()
    FROM next WHERE s.id = next.id
    RETURNING ${columns}`,
  );

const claimOldest = claiming('learning.claim_submission', '');
const claimOldestOfLanguage = claiming(
  'learning.claim_submission_of_language',
  'AND s.language_id = $4::uuid',
);

/** The learner first, as everything about a learner. */
const held = `locked AS MATERIALIZED (
    SELECT s.id, rules.lock_learner(s.user_id) FROM assignment_submissions s WHERE s.id = $1::uuid
  )`;

const prolong = statement<AssignmentSubmission>(
  'learning.extend_claim',
  `WITH ${held}
  UPDATE assignment_submissions s SET
    claim_expires_at = clock_timestamp() + make_interval(secs => $3::int), updated_at = now()
  FROM locked WHERE s.id = locked.id AND s.status = 'RUNNING' AND s.tries = $2::int
  RETURNING ${columns}`,
);

const giveBack = statement<AssignmentSubmission>(
  'learning.release_claim',
  `WITH ${held}
  UPDATE assignment_submissions s SET status = 'PENDING', updated_at = now()
  FROM locked WHERE s.id = locked.id AND s.status = 'RUNNING' AND s.tries = $2::int
  RETURNING ${columns}`,
);

const requeue = statement<AssignmentSubmission>(
  'learning.requeue_stale_submissions',
  `WITH stale AS MATERIALIZED (
    SELECT s.id FROM assignment_submissions s
    WHERE s.status = 'RUNNING' AND s.claim_expires_at < clock_timestamp()
    ORDER BY s.claim_expires_at LIMIT $1::int
    FOR UPDATE SKIP LOCKED
  )
  UPDATE assignment_submissions s SET
    status = (CASE WHEN s.tries >= $2::int THEN 'ERROR' ELSE 'PENDING' END)::"SubmissionStatus", updated_at = now()
  FROM stale WHERE s.id = stale.id
  RETURNING ${columns}`,
);

const claimUnreviewed = statement<AssignmentSubmission>(
  'learning.claim_review',
  `WITH next AS MATERIALIZED (
    SELECT s.id FROM assignment_submissions s
    WHERE s.reviewed_at IS NULL AND s.analysis_type <> 'AI'
      AND (s.status IN ('PASSED', 'FAILED') OR s.analysis_type = 'MANUAL')
      AND (s.review_expires_at IS NULL OR s.review_expires_at < clock_timestamp())
      AND ($2::uuid IS NULL OR s.language_id = $2::uuid)
    ORDER BY s.submitted_at, s.id LIMIT 1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE assignment_submissions s SET
    review_tries = s.review_tries + 1, review_expires_at = clock_timestamp() + make_interval(secs => $1::int),
    updated_at = now()
  FROM next WHERE s.id = next.id
  RETURNING ${columns}`,
);

const submissionById = read<Pick<AssignmentSubmission, 'id'>>(
  'learning.submission_by_id',
  'SELECT id FROM assignment_submissions WHERE id = $1::uuid',
);
