import { isRuleViolation, joinedRows, rowOf, statement } from '@codezest/db-core';
import type { AssignmentId, AssignmentSubmissionId, ProgrammingLanguageId, UserId } from '@codezest/db-types';
import type { AssignmentSubmission } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { type Admission, candidate, liveModuleOf, requireAdmission } from './admission.js';
import type { Client } from './client.js';
import { IllegalTransitionError, RecordNotFoundError, ScoreOutOfRangeError } from './learning-errors.js';
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
  /** The same in the catalogue, where it is known there. */
  readonly languageId?: ProgrammingLanguageId | null;
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
  const { userId, assignmentId, code, language, languageId = null } = handedIn;
  const row = await rowOf(client, insertSubmission, [userId, assignmentId, code, language, languageId]);
  return stepOf(requireAdmission(row, 'assignment'));
}

/**
 * Takes a PENDING submission to run it. Of several workers one gets it; a plain update would let each believe so, because
 * RUNNING to RUNNING is no change that the database refuses.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @example
 * const running = await startRun(prisma, submission.id);
 */
export async function startRun(
  client: Client,
  submissionId: AssignmentSubmissionId,
): Promise<AssignmentSubmission> {
  const taken = await rowOf(client, takeSubmission, [submissionId]);
  return taken ?? refuseTransition(client, submissionId, 'RUNNING');
}

export interface Grade {
  readonly submissionId: AssignmentSubmissionId;
  readonly status: 'PASSED' | 'FAILED';
  /** From 0 to the submission's maxScore. */
  readonly score: number;
  readonly feedback?: string | null;
}

/**
 * Grades a submission that is pending or running; a FAILED one may be overruled. Recomputes the learner's progress and
 * figures in the same statement. A pass is final.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {IllegalTransitionError} ILLEGAL_TRANSITION
 * @throws {ScoreOutOfRangeError} SCORE_OUT_OF_RANGE
 * @example
 * const graded = await gradeSubmission(prisma, { submissionId: submission.id, status: 'PASSED', score: 92 });
 */
export async function gradeSubmission(client: Client, grade: Grade): Promise<SubmissionStep> {
  const { submissionId, status, score, feedback = null } = grade;
  try {
    const row = await rowOf(client, updateGrade, [submissionId, status, score, feedback]);
    return row === undefined ? await refuseTransition(client, submissionId, status) : stepOf(row);
  } catch (error) {
    if (isRuleViolation(error, 'assignment_submissions_score_within_max_check')) {
      throw new ScoreOutOfRangeError({ cause: error });
    }
    throw error;
  }
}

const joined = joinedRows<{ submission: AssignmentSubmission } & ProgressRows>({
  submission: columnsOf.assignmentSubmission('written'),
  ...progressRows,
});

function stepOf(row: CompletedSteps): SubmissionStep {
  const { submission, ...rows } = joined.split(row);
  return { submission, progress: progressOf(rows, row) };
}

async function refuseTransition(client: Client, id: AssignmentSubmissionId, to: string): Promise<never> {
  const found = await rowOf(client, statusOfSubmission, [id]);
  throw found === undefined
    ? new RecordNotFoundError('submission')
    : new IllegalTransitionError(found.status, to);
}

const insertSubmission = statement<Admission & CompletedSteps>(
  'learning.submit_assignment',
  `WITH target AS (
    SELECT a.id AS assignment_id, a.max_score, a.module_id, module.language_id
    FROM assignments a ${liveModuleOf('a')}
    WHERE a.id = $2::uuid AND a.deleted_at IS NULL
  ), ${candidate}, locked AS MATERIALIZED (
    SELECT candidate.*, rules.lock_learner($1::uuid) FROM candidate WHERE admitted
  ), written AS (
    INSERT INTO assignment_submissions (id, user_id, assignment_id, code, language, language_id, max_score)
    SELECT rules.new_id(), $1::uuid, assignment_id, $3::text, $4::text, $5::uuid, max_score
    FROM locked
    RETURNING *
  )
  SELECT candidate.enrolled, candidate.unmet, ${joined.columns}, ${completedSteps}
  FROM candidate LEFT JOIN written ON true
  LEFT JOIN LATERAL rules.recompute_progress(written.user_id, candidate.module_id) AS recomputed ON true`,
);

/** The learner first, as everything that a learner does. */
const lockedSubmission = `locked AS MATERIALIZED (
    SELECT s.id, rules.lock_learner(s.user_id) FROM assignment_submissions s WHERE s.id = $1::uuid
  )`;

const takeSubmission = statement<AssignmentSubmission>(
  'learning.start_run',
  `WITH ${lockedSubmission}
  UPDATE assignment_submissions s SET status = 'RUNNING', updated_at = now()
  FROM locked WHERE s.id = locked.id AND s.status = 'PENDING'
  RETURNING ${columnsOf.assignmentSubmission('s')}`,
);

/** The array, because a semi-join would keep the transition that it found before it waited for whoever changed the status. */
const updateGrade = statement<CompletedSteps>(
  'learning.grade_submission',
  `WITH ${lockedSubmission}, written AS (
    UPDATE assignment_submissions s SET
      status = $2::"SubmissionStatus", score = $3::int, feedback = coalesce($4::text, s.feedback),
      graded_at = greatest(s.submitted_at, now()), updated_at = now()
    FROM locked WHERE s.id = locked.id AND $2::"SubmissionStatus" = ANY (ARRAY(
      SELECT t.to_status FROM rules.submission_transitions t WHERE t.from_status = s.status))
    RETURNING s.*
  )
  SELECT ${joined.columns}, ${completedSteps}
  FROM written JOIN assignments a ON a.id = written.assignment_id
  CROSS JOIN LATERAL rules.recompute_progress(written.user_id, a.module_id) AS recomputed`,
);

const statusOfSubmission = statement<Pick<AssignmentSubmission, 'status'>>(
  'learning.status_of_submission',
  'SELECT status FROM assignment_submissions WHERE id = $1::uuid',
);
