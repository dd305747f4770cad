import { isForeignKeyViolation, joinedRows, read, rowOf, statement } from '@codezest/db-core';
import type { AssignmentId, AssignmentSubmissionId, ProgrammingLanguageId, UserId } from '@codezest/db-types';
import type { AnalysisType, AssignmentSubmission } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { type Admission, candidate, liveModuleOf, requireAdmission } from './admission.js';
import { type Lease, leaseOf, RUN_SECONDS } from './claims.js';
import type { Client } from './client.js';
import {
  ClaimLostError,
  ContentNotAvailableError,
  IllegalTransitionError,
  RecordNotFoundError,
  ScoreOutOfRangeError,
} from './learning-errors.js';
import {
  type CompletedSteps,
  completedSteps,
  type LearningProgress,
  type ProgressRows,
  progressOf,
  progressRows,
} from './learning-progress.js';

export interface NewSubmission {
  readonly userId: UserId;
  readonly assignmentId: AssignmentId;
  readonly code: string;
  /** As the learner's editor names it, say "Python 3.13". */
  readonly language: string;
  /** The same in the catalogue, where it is known there: workers of one language find it by this. */
  readonly languageId?: ProgrammingLanguageId | null;
  /** How it is to be analysed, AI unless given. */
  readonly analysisType?: AnalysisType;
}

export interface SubmissionStep {
  readonly submission: AssignmentSubmission;
  readonly progress: LearningProgress;
}

/**
 * Hands in code, PENDING, for the assignment's maximum as it is now; starts the module.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {NotEnrolledError} NOT_ENROLLED
 * @throws {PrerequisitesUnmetError} PREREQUISITES_UNMET
 * @example
 * const { submission } = await submitAssignment(prisma, {
 *   userId, assignmentId: assignment.id, code: 'print(42)', language: 'Python 3.13',
 * });
 */
export async function submitAssignment(client: Client, handedIn: NewSubmission): Promise<SubmissionStep> {
  const { userId, assignmentId, code, language, languageId = null, analysisType = 'AI' } = handedIn;
  const values = [userId, assignmentId, code, language, languageId, analysisType];
  const row = await rowOf(client, insertSubmission, values).catch((cause: unknown) => {
    if (isForeignKeyViolation(cause, 'language_id')) throw new ContentNotAvailableError('language');
    throw cause;
  });
  return stepOf(requireAdmission(row, 'assignment'));
}

/**
 * Takes this PENDING submission to run it, as `claimSubmission` takes the oldest: its `tries` is the claim. Of
 * several workers one gets it.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @throws {LeaseOutOfRangeError} LEASE_OUT_OF_RANGE
 * @example
 * const running = await startRun(prisma, submission.id);
 */
export async function startRun(
  client: Client,
  submissionId: AssignmentSubmissionId,
  { worker = null, leaseSeconds }: Lease & { readonly worker?: string | null } = {},
): Promise<AssignmentSubmission> {
  const values = [submissionId, worker, leaseOf(leaseSeconds, RUN_SECONDS)];
  const taken = await rowOf(client, takeSubmission, values);
  if (taken !== undefined) return taken;
  const found = await rowOf(client, statusOfSubmission, [submissionId]);
  throw found === undefined
    ? new RecordNotFoundError('submission')
    : new IllegalTransitionError(found.status, 'RUNNING');
}

export interface Grade {
  readonly submissionId: AssignmentSubmissionId;
  readonly status: 'PASSED' | 'FAILED';
  /** From 0 to the submission's maxScore; may have a fraction. */
  readonly score: number;
  /** `tries` of the submission as it was taken. Left out by a person who grades what nobody ran, or overrules a fail. */
  readonly claim?: number;
  readonly feedback?: string | null;
}

/**
 * Grades a submission that is pending, or running under this claim; a FAILED one may be overruled. Recomputes the learner's
 * progress and figures in the same statement. A pass is final. A worker whose claim has gone to another one is refused.
 *
 * @throws {ClaimLostError} CLAIM_LOST
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @throws {ScoreOutOfRangeError} SCORE_OUT_OF_RANGE
 * @example
 * const graded = await gradeSubmission(prisma, { submissionId: submission.id, status: 'PASSED', score: 92 });
 */
export async function gradeSubmission(client: Client, grade: Grade): Promise<SubmissionStep> {
  const { submissionId, status, score, feedback = null, claim = null } = grade;
  // NaN is greater than every number to PostgreSQL, and no number here.
  if (!Number.isFinite(score) || score < 0) throw new ScoreOutOfRangeError();
  const row = await rowOf(client, updateGrade, [submissionId, status, score, feedback, claim]);
  if (row !== undefined) return stepOf(row);
  const found = await rowOf(client, statusOfSubmission, [submissionId]);
  if (found === undefined) throw new RecordNotFoundError('submission');
  if (isLost(found, claim)) throw new ClaimLostError();
  const within = score <= found.maxScore;
  throw found.allowed.includes(status) && !within
    ? new ScoreOutOfRangeError()
    : new IllegalTransitionError(found.status, status);
}

/** Without a claim, nobody but the first worker, or a person whom no worker came before, can be meant. */
function isLost({ status, tries }: Tried, claim: number | null): boolean {
  if (claim !== null) return claim !== tries || status === 'PENDING';
  return (status === 'RUNNING' && tries > 1) || (status === 'PENDING' && tries > 0);
}

type Tried = Pick<AssignmentSubmission, 'status' | 'tries'>;

const joined = joinedRows<{ submission: AssignmentSubmission } & ProgressRows>({
  submission: columnsOf.assignmentSubmission('written'),
  ...progressRows,
});

function stepOf(row: CompletedSteps): SubmissionStep {
  const { submission, ...rows } = joined.split(row);
  return { submission, progress: progressOf(rows, row) };
}

const insertSubmission = statement<Admission & CompletedSteps>(
  'learning.submit_assignment',
  `WITH target AS (
    SELECT a.id AS assignment_id, a.max_score, a.module_id, module.language_id
    FROM assignments a ${liveModuleOf('a')}
    WHERE a.id = $2::uuid AND a.deleted_at IS NULL AND a.published_at IS NOT NULL
  ), ${candidate}, locked AS MATERIALIZED (
    SELECT candidate.*, rules.lock_learner($1::uuid) FROM candidate WHERE admitted
  ), written AS (
    INSERT INTO assignment_submissions (
      id, user_id, assignment_id, code, language, language_id, analysis_type, max_score)
    SELECT rules.new_id(), $1::uuid, assignment_id, $3::text, $4::text, $5::uuid, $6::"AnalysisType", max_score
    FROM locked
    RETURNING *
  )
  SELECT candidate.enrolled, candidate.unmet, ${joined.columns}, ${completedSteps}
  FROM candidate LEFT JOIN written ON true
  LEFT JOIN LATERAL rules.recompute_progress(written.user_id, rules.module_of(assignment => written.assignment_id)) AS recomputed ON true`,
);

/** The learner first, as everything that a learner does. */
const lockedSubmission = `locked AS MATERIALIZED (
    SELECT s.id, rules.lock_learner(s.user_id) FROM assignment_submissions s WHERE s.id = $1::uuid
  )`;

const takeSubmission = statement<AssignmentSubmission>(
  'learning.start_run',
  `WITH ${lockedSubmission}
  UPDATE assignment_submissions s SET
    status = 'RUNNING', worker = $2::text, claim_expires_at = clock_timestamp() + make_interval(secs => $3::int),
    updated_at = now()
  FROM locked WHERE s.id = locked.id AND s.status = 'PENDING'
  RETURNING ${columnsOf.assignmentSubmission('s')}`,
);

/** The array, because a semi-join would keep the transition that it found before it waited for whoever changed the status. */
const updateGrade = statement<CompletedSteps>(
  'learning.grade_submission',
  `WITH ${lockedSubmission}, written AS (
    UPDATE assignment_submissions s SET
      status = $2::"SubmissionStatus", score = $3::float8, feedback = coalesce($4::text, s.feedback),
      graded_at = greatest(s.submitted_at, now()), updated_at = now()
    FROM locked WHERE s.id = locked.id AND $2::"SubmissionStatus" = ANY (ARRAY(
      SELECT t.to_status FROM rules.submission_transitions t WHERE t.from_status = s.status))
      AND CASE
        WHEN $5::int IS NOT NULL THEN s.status = 'RUNNING' AND s.tries = $5::int
        WHEN s.status = 'RUNNING' THEN s.tries <= 1
        WHEN s.status = 'PENDING' THEN s.tries = 0
        ELSE true END
      AND $3::float8 <= s.max_score
    RETURNING s.*
  )
  SELECT ${joined.columns}, ${completedSteps}
  FROM written
  CROSS JOIN LATERAL rules.recompute_progress(written.user_id, rules.module_of(assignment => written.assignment_id)) AS recomputed`,
);

const statusOfSubmission = read<
  Pick<AssignmentSubmission, 'status' | 'tries' | 'maxScore'> & { allowed: AssignmentSubmission['status'][] }
>(
  'learning.status_of_submission',
  `SELECT status, tries, max_score AS "maxScore", ARRAY(
    SELECT t.to_status::text FROM rules.submission_transitions t WHERE t.from_status = s.status) AS allowed
  FROM assignment_submissions s WHERE id = $1::uuid`,
);
