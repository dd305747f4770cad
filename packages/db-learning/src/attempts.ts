import {
  joinedRows,
  nestedColumns,
  nestedRows,
  rowOf,
  rowsOf,
  statement,
  withDates,
} from '@codezest/db-core';
import type { MCQAttemptId, MCQOptionId, MCQQuestionId, MCQQuizId, UserId } from '@codezest/db-types';
import type { MCQAnswer, MCQAttempt } from '../generated/client.js';
import { columnsOf, timesOf } from '../generated/columns.js';
import { type Admission, candidate, liveModuleOf, requireAdmission } from './admission.js';
import { batchSize } from './batch-size.js';
import type { Client } from './client.js';
import {
  AttemptNotOpenError,
  AttemptsExhaustedError,
  AttemptTimeOverError,
  AttemptTooSoonError,
  NotEnrolledError,
  OptionNotOfferedError,
  RecordNotFoundError,
} from './learning-errors.js';
import {
  type CompletedSteps,
  completedSteps,
  type LearningProgress,
  type ProgressRows,
  progressOf,
  progressRows,
} from './learning-progress.js';

export interface StartedAttempt {
  readonly attempt: MCQAttempt;
  /** One per question, in the order of the quiz; its snapshot is the question to show, right answers included. */
  readonly answers: MCQAnswer[];
  /** True for an attempt that was open already. */
  readonly resumed: boolean;
  readonly progress: LearningProgress;
}

/**
 * Gives the user's open attempt at a published quiz, or starts the next one and keeps what it shows: one unanswered answer
 * per live question with its snapshot, the maximum, the passing score and the time limit. An edit of the quiz from here on
 * changes nothing in this attempt. A reload, a second tab and calls at once get the same attempt. One whose time has run
 * out is ended before, with the answers that came in time.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {NotEnrolledError} NOT_ENROLLED
 * @throws {PrerequisitesUnmetError} PREREQUISITES_UNMET
 * @throws {AttemptsExhaustedError} ATTEMPTS_EXHAUSTED
 * @throws {AttemptTooSoonError} ATTEMPT_TOO_SOON, with the time from which on the next one may start
 * @example
 * const { attempt, answers } = await startAttempt(prisma, { userId, quizId: quiz.id });
 */
export async function startAttempt(
  client: Client,
  learner: { readonly userId: UserId; readonly quizId: MCQQuizId },
): Promise<StartedAttempt> {
  const row = await rowOf(client, startOrResume, [learner.userId, learner.quizId]);
  const admitted = requireAdmission(row, 'quiz');
  if (admitted.refused === 'EXHAUSTED') throw new AttemptsExhaustedError();
  if (admitted.retryAt !== null && admitted.refused === 'TOO_SOON') {
    throw new AttemptTooSoonError(admitted.retryAt);
  }
  const { attempt, ...rows } = joined.split(admitted);
  const { answers, resumed } = admitted;
  for (const answer of answers) withDates(answer, timesOf.mCQAnswer);
  return { attempt, answers, resumed, progress: progressOf(rows, admitted) };
}

export type ChosenOption = {
  readonly userId: UserId;
  readonly attemptId: MCQAttemptId;
  readonly questionId: MCQQuestionId;
} & (
  | {
      /** Null skips the question. */
      readonly optionId: MCQOptionId | null;
      readonly optionIds?: never;
    }
  | {
      /** For a question with several right options. None skips the question. */
      readonly optionIds: readonly MCQOptionId[];
      readonly optionId?: never;
    }
);

/**
 * Answers a question of an open attempt, or answers it anew. Right or wrong is what the snapshot says, whatever became of
 * the question since: the right options and no other, or in part where the question is scored by MAP_RESPONSE. Never
 * counts after the attempt is finished: it waits for a finish under way, and is refused then.
 *
 * @throws {NotEnrolledError} NOT_ENROLLED, for a language that the user has dropped meanwhile
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {AttemptNotOpenError} ATTEMPT_NOT_OPEN
 * @throws {AttemptTimeOverError} ATTEMPT_TIME_OVER
 * @throws {OptionNotOfferedError} OPTION_NOT_OFFERED
 * @example
 * for (const { questionId, snapshot } of answers) {
 *   const optionId = snapshot?.options[0]?.id ?? null;
 *   await answerQuestion(prisma, { userId, attemptId: attempt.id, questionId, optionId });
 * }
 */
export async function answerQuestion(client: Client, chosen: ChosenOption): Promise<MCQAnswer> {
  const { userId, attemptId, questionId, optionId, optionIds } = chosen;
  const options = optionIds ?? (optionId === null ? [] : [optionId]);
  const row = await rowOf(client, updateAnswer, [userId, attemptId, questionId, options]);
  if (row === undefined) throw new RecordNotFoundError('attempt');
  if (!row.enrolled) throw new NotEnrolledError();
  if (row.status !== 'IN_PROGRESS') throw new AttemptNotOpenError();
  if (row.late) throw new AttemptTimeOverError();
  const { answer } = answered.split(row);
  if ((answer.id as string | null) === null) throw new OptionNotOfferedError();
  return answer;
}

export interface FinishedAttempt {
  readonly attempt: MCQAttempt;
  readonly progress: LearningProgress;
}

/**
 * Completes an open attempt: the score is the points of its answers as they were shown, passed at the passing score of its
 * start. One whose time has run out is completed as of its deadline. Recomputes the learner's progress and figures in the
 * same statement.
 *
 * @throws {NotEnrolledError} NOT_ENROLLED, for a language that the user has dropped meanwhile
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {AttemptNotOpenError} ATTEMPT_NOT_OPEN
 * @example
 * const finished = await finishAttempt(prisma, { userId, attemptId: attempt.id });
 */
export async function finishAttempt(
  client: Client,
  learner: { readonly userId: UserId; readonly attemptId: MCQAttemptId },
): Promise<FinishedAttempt> {
  const row = await rowOf(client, completeAttempt, [learner.userId, learner.attemptId]);
  if (row === undefined) throw new RecordNotFoundError('attempt');
  if (!row.enrolled) throw new NotEnrolledError();
  const finished = finishedOf(row);
  if ((finished.attempt.id as string | null) === null) throw new AttemptNotOpenError();
  return finished;
}

/**
 * Ends attempts whose time has run out, with the answers that came in time and as of their deadline: for a job that runs
 * every minute. Several may run at once, each attempt is ended by one of them. Returns what was ended, at most `limit`
 * (50) attempts: call it again until there are fewer.
 *
 * @throws {BatchSizeOutOfRangeError} BATCH_SIZE_OUT_OF_RANGE
 * @example
 * const ended = await endRunOutAttempts(prisma);
 * for (const { attempt, progress } of ended) console.log(attempt.id, progress.completesModule);
 */
export async function endRunOutAttempts(
  client: Client,
  { limit = 50 }: { readonly limit?: number } = {},
): Promise<FinishedAttempt[]> {
  return (await rowsOf(client, endRunOut, [batchSize(limit)])).map(finishedOf);
}

function finishedOf(row: CompletedSteps): FinishedAttempt {
  const { attempt, ...rows } = joined.split(row);
  return { attempt, progress: progressOf(rows, row) };
}

const joined = joinedRows<{ attempt: MCQAttempt } & ProgressRows>({
  attempt: columnsOf.mCQAttempt('(ended.attempt)'),
  ...progressRows,
});
const answered = joinedRows<{ answer: MCQAnswer }>({ answer: columnsOf.mCQAnswer('written') });

interface Started extends Pick<StartedAttempt, 'answers' | 'resumed'> {
  readonly refused: 'EXHAUSTED' | 'TOO_SOON' | null;
  readonly retryAt: Date | null;
}

export const startOrResume = statement<Admission & CompletedSteps & Started>(
  'learning.start_attempt',
  `WITH target AS (
    SELECT q.id AS quiz_id, q.module_id, module.language_id
    FROM mcq_quizzes q ${liveModuleOf('q')}
    WHERE q.id = $2::uuid AND q.deleted_at IS NULL AND q.published_at IS NOT NULL
  ), ${candidate}
  SELECT candidate.enrolled, candidate.unmet, ended.resumed, ended.refused, ended.retry_at AS "retryAt",
    ${joined.columns}, ${completedSteps},
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.mCQAnswer('a'), timesOf.mCQAnswer)}
      FROM unnest(ended.answers) WITH ORDINALITY AS a ORDER BY a.ordinality`)} AS answers
  FROM candidate
  LEFT JOIN LATERAL rules.start_attempt(CASE WHEN candidate.admitted THEN $1::uuid END, candidate.quiz_id) AS ended ON true
  LEFT JOIN LATERAL rules.recompute_progress(ended.starter, rules.module_of(quiz => (ended.attempt).quiz_id)) AS recomputed ON true`,
);

/** Whether the learner of an attempt at `quiz` may go on with it. */
const enrolled = `EXISTS (
  SELECT FROM modules m JOIN language_enrollments e ON e.language_id = m.language_id
  WHERE m.id = quiz.module_id AND e.user_id = $1::uuid AND e.status <> 'DROPPED') AS enrolled`;

/** The clock is read after the locks were got: a transaction that began in time may answer late. */
export const updateAnswer = statement<{
  status: MCQAttempt['status'];
  enrolled: boolean;
  late: boolean | null;
}>(
  'learning.answer_question',
  `WITH locked AS MATERIALIZED (
    SELECT t.id, rules.lock_learner(t.user_id) FROM mcq_attempts t WHERE t.id = $2::uuid AND t.user_id = $1::uuid
  ), attempt AS MATERIALIZED (
    SELECT t AS open FROM locked JOIN mcq_attempts t ON t.id = locked.id FOR NO KEY UPDATE OF t
  ), judged AS MATERIALIZED (
    SELECT (open).id, (open).status, rules.attempt_deadline(open) < clock_timestamp() AS late, ${enrolled}
    FROM attempt JOIN mcq_quizzes quiz ON quiz.id = (open).quiz_id
  ), chosen AS MATERIALIZED (
    SELECT coalesce(array_agg(DISTINCT option), '{}') AS ids FROM unnest($4::uuid[]) AS option
  ), shown AS (
    SELECT a.id, a.snapshot, options.*
    FROM judged JOIN mcq_answers a ON a.attempt_id = judged.id AND a.question_id = $3::uuid
    CROSS JOIN chosen CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE is_right) AS rights,
        count(*) FILTER (WHERE is_right AND is_chosen) AS hits,
        count(*) FILTER (WHERE is_chosen) AS offered
      FROM jsonb_array_elements(a.snapshot -> 'options') AS option(value), LATERAL (
        SELECT option.value -> 'isCorrect' = 'true' AS is_right,
          option.value ->> 'id' = ANY (chosen.ids::text[]) AS is_chosen) AS facts) AS options
    WHERE judged.status = 'IN_PROGRESS' AND judged.late IS NOT TRUE AND judged.enrolled
  ), scored AS (
    SELECT id, ids, rights > 0 AND hits = rights AND offered = hits AS is_correct,
      CASE WHEN snapshot ->> 'scoring' = 'MAP_RESPONSE' AND rights > 0 THEN
        floor((snapshot ->> 'points')::numeric * greatest(2 * hits - offered, 0) / rights)::int END AS share
    FROM shown CROSS JOIN chosen WHERE offered = cardinality(ids)
  ), written AS (
    UPDATE mcq_answers a SET
      selected_option_id = CASE WHEN cardinality(ids) = 1 THEN ids[1] END,
      selected_option_ids = CASE WHEN cardinality(ids) > 1 THEN ids ELSE '{}' END,
      is_correct = scored.is_correct,
      partial_points = CASE WHEN scored.is_correct THEN NULL ELSE scored.share END,
      answered_at = clock_timestamp(), updated_at = now()
    FROM scored WHERE a.id = scored.id
    RETURNING a.*
  )
  SELECT judged.status, judged.enrolled, judged.late, ${answered.columns} FROM judged LEFT JOIN written ON true`,
);

export const completeAttempt = statement<CompletedSteps & { enrolled: boolean }>(
  'learning.finish_attempt',
  `WITH target AS (
    SELECT t.id, ${enrolled}
    FROM mcq_attempts t JOIN mcq_quizzes quiz ON quiz.id = t.quiz_id
    WHERE t.id = $2::uuid AND t.user_id = $1::uuid
  )
  SELECT target.enrolled, ${joined.columns}, ${completedSteps}
  FROM target
  LEFT JOIN LATERAL (
    SELECT attempt FROM rules.end_attempt(CASE WHEN target.enrolled THEN target.id END) AS attempt) AS ended ON true
  LEFT JOIN LATERAL rules.recompute_progress((ended.attempt).user_id, rules.module_of(quiz => (ended.attempt).quiz_id)) AS recomputed ON true`,
);

/** Oldest first. A learner whom another job, or the learner, has locked is left for the next time. */
const endRunOut = statement<CompletedSteps>(
  'learning.end_run_out_attempts',
  `WITH run_out AS MATERIALIZED (
    SELECT t.id
    FROM mcq_attempts t JOIN learner_stats s ON s.user_id = t.user_id
    WHERE t.status = 'IN_PROGRESS' AND t.time_limit IS NOT NULL AND rules.attempt_deadline(t) < clock_timestamp()
    ORDER BY t.started_at LIMIT $1::int
    FOR UPDATE OF s SKIP LOCKED
  )
  SELECT ${joined.columns}, ${completedSteps}
  FROM run_out
  CROSS JOIN LATERAL (SELECT attempt FROM rules.end_attempt(run_out.id) AS attempt) AS ended
  CROSS JOIN LATERAL rules.recompute_progress((ended.attempt).user_id, rules.module_of(quiz => (ended.attempt).quiz_id)) AS recomputed`,
);
