import { joinedRows, nestedColumns, nestedRows, rowOf, statement, withDates } from '@codezest/db-core';
import type { MCQAttemptId, MCQOptionId, MCQQuestionId, MCQQuizId, UserId } from '@codezest/db-types';
import type { MCQAnswer, MCQAttempt } from '../generated/client.js';
import { columnsOf, timesOf } from '../generated/columns.js';
import { type Admission, candidate, liveModuleOf, requireAdmission } from './admission.js';
import type { Client } from './client.js';
import {
  AttemptNotOpenError,
  AttemptTimeOverError,
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
  readonly progress: LearningProgress;
}

/**
 * Starts the user's next attempt at a published quiz and keeps what it shows: one unanswered answer per live question
 * with its snapshot, the maximum, the passing score and the time limit. An edit of the quiz from here on changes nothing
 * in this attempt. Calls at once get consecutive numbers.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {NotEnrolledError} NOT_ENROLLED
 * @throws {PrerequisitesUnmetError} PREREQUISITES_UNMET
 * @example
 * const { attempt, answers } = await startAttempt(prisma, { userId, quizId: quiz.id });
 */
export async function startAttempt(
  client: Client,
  learner: { readonly userId: UserId; readonly quizId: MCQQuizId },
): Promise<StartedAttempt> {
  // No attempt where another call took the number: each turn means that one more was started, so the loop ends.
  for (;;) {
    const row = await rowOf(client, insertAttempt, [learner.userId, learner.quizId]);
    const admitted = requireAdmission(row, 'quiz');
    const { attempt, ...rows } = joined.split(admitted);
    if ((attempt.id as string | null) === null) continue;
    for (const answer of admitted.answers) withDates(answer, timesOf.mCQAnswer);
    return { attempt, answers: admitted.answers, progress: progressOf(rows, admitted) };
  }
}

export interface ChosenOption {
  readonly userId: UserId;
  readonly attemptId: MCQAttemptId;
  readonly questionId: MCQQuestionId;
  /** Null skips the question. */
  readonly optionId: MCQOptionId | null;
}

/**
 * Answers a question of an open attempt, or answers it anew. Right or wrong is what the snapshot says, whatever became of
 * the question since. Never counts after the attempt is finished: it waits for a finish under way, and is refused then.
 *
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
  const { userId, attemptId, questionId, optionId } = chosen;
  const row = await rowOf(client, updateAnswer, [userId, attemptId, questionId, optionId]);
  if (row === undefined) throw new RecordNotFoundError('attempt');
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
 * Completes an open attempt: the score is the points of its right answers as they were shown, passed at the passing score
 * of its start. Recomputes the learner's progress and figures in the same statement.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {AttemptNotOpenError} ATTEMPT_NOT_OPEN
 * @example
 * const finished = await finishAttempt(prisma, { userId, attemptId: attempt.id });
 */
export async function finishAttempt(
  client: Client,
  learner: { readonly userId: UserId; readonly attemptId: MCQAttemptId },
): Promise<FinishedAttempt> {
  const values = [learner.userId, learner.attemptId];
  const row = await rowOf(client, completeAttempt, values);
  if (row === undefined) {
    throw (await rowOf(client, attemptOfUser, values)) === undefined
      ? new RecordNotFoundError('attempt')
      : new AttemptNotOpenError();
  }
  const { attempt, ...rows } = joined.split(row);
  return { attempt, progress: progressOf(rows, row) };
}

const joined = joinedRows<{ attempt: MCQAttempt } & ProgressRows>({
  attempt: columnsOf.mCQAttempt('attempt'),
  ...progressRows,
});
const answered = joinedRows<{ answer: MCQAnswer }>({ answer: columnsOf.mCQAnswer('written') });

export const insertAttempt = statement<Admission & CompletedSteps & Pick<StartedAttempt, 'answers'>>(
  'learning.start_attempt',
  `WITH target AS (
    SELECT q.id AS quiz_id, q.passing_score, q.time_limit, q.module_id, module.language_id
    FROM mcq_quizzes q ${liveModuleOf('q')}
    WHERE q.id = $2::uuid AND q.deleted_at IS NULL AND q.published_at IS NOT NULL
  ), ${candidate}, shown AS (
    SELECT q.id, q."order", q.points, jsonb_build_object(
      'question', q.question, 'points', q.points, 'options', (
        SELECT coalesce(jsonb_agg(
          jsonb_build_object('id', o.id, 'text', o.option_text, 'isCorrect', o.is_correct) ORDER BY o."order", o.id), '[]')
        FROM mcq_options o WHERE o.question_id = q.id AND o.deleted_at IS NULL)) AS snapshot
    FROM candidate JOIN mcq_questions q ON q.quiz_id = candidate.quiz_id AND q.deleted_at IS NULL
    WHERE candidate.admitted
  ), attempt AS (
    INSERT INTO mcq_attempts (id, user_id, quiz_id, attempt_number, max_score, passing_score, time_limit)
    SELECT rules.new_id(), $1::uuid, quiz_id,
      (SELECT coalesce(max(t.attempt_number), 0) + 1 FROM mcq_attempts t
       WHERE t.user_id = $1::uuid AND t.quiz_id = candidate.quiz_id),
      (SELECT coalesce(sum(points), 0) FROM shown), passing_score, time_limit
    FROM candidate WHERE admitted
    ON CONFLICT (user_id, quiz_id, attempt_number) DO NOTHING
    RETURNING *
  ), written AS (
    INSERT INTO mcq_answers (id, attempt_id, quiz_id, question_id, is_correct, snapshot)
    SELECT rules.new_id(), attempt.id, attempt.quiz_id, shown.id, false, shown.snapshot FROM attempt CROSS JOIN shown
    RETURNING *
  )
  SELECT candidate.enrolled, candidate.unmet, ${joined.columns}, ${completedSteps},
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.mCQAnswer('written'), timesOf.mCQAnswer)}
      FROM written JOIN shown ON shown.id = written.question_id
      ORDER BY shown."order", shown.id`)} AS answers
  FROM candidate LEFT JOIN attempt ON true
  LEFT JOIN LATERAL rules.recompute_progress(attempt.user_id, candidate.module_id) AS recomputed ON true`,
);

/** Not FOR SHARE: of two transactions that answer and then finish, each would wait for the other. */
export const updateAnswer = statement<{ status: MCQAttempt['status']; late: boolean | null }>(
  'learning.answer_question',
  `WITH attempt AS (
    SELECT t.id, t.status, t.started_at + make_interval(mins => t.time_limit) < now() AS late
    FROM mcq_attempts t WHERE t.id = $2::uuid AND t.user_id = $1::uuid
    FOR NO KEY UPDATE
  ), written AS (
    UPDATE mcq_answers a SET
      selected_option_id = $4::uuid, answered_at = now(), updated_at = now(),
      is_correct = $4::uuid IS NOT NULL AND jsonb_path_exists(
        a.snapshot, '$.options[*] ? (@.id == $chosen && @.isCorrect == true)', jsonb_build_object('chosen', $4::uuid))
    FROM attempt
    WHERE a.attempt_id = attempt.id AND a.question_id = $3::uuid
      AND attempt.status = 'IN_PROGRESS' AND attempt.late IS NOT TRUE
      AND ($4::uuid IS NULL OR jsonb_path_exists(
        a.snapshot, '$.options[*] ? (@.id == $chosen)', jsonb_build_object('chosen', $4::uuid)))
    RETURNING a.*
  )
  SELECT attempt.status, attempt.late, ${answered.columns} FROM attempt LEFT JOIN written ON true`,
);

/** The score is read after the lock was got, by a function that sees every answer committed until then. */
export const completeAttempt = statement<CompletedSteps>(
  'learning.finish_attempt',
  `WITH unfinished AS MATERIALIZED (
    SELECT t.id FROM mcq_attempts t
    WHERE t.id = $2::uuid AND t.user_id = $1::uuid AND t.status = 'IN_PROGRESS'
    FOR UPDATE
  ), scored AS MATERIALIZED (
    SELECT unfinished.id, rules.attempt_score(unfinished.id) AS score FROM unfinished
  ), attempt AS (
    UPDATE mcq_attempts t SET
      status = 'COMPLETED', score = scored.score, completed_at = greatest(t.started_at, now()), updated_at = now(),
      passed = scored.score::bigint * 100 >= t.passing_score::bigint * t.max_score
    FROM scored WHERE t.id = scored.id
    RETURNING t.*
  )
  SELECT ${joined.columns}, ${completedSteps}
  FROM attempt JOIN mcq_quizzes quiz ON quiz.id = attempt.quiz_id
  CROSS JOIN LATERAL rules.recompute_progress(attempt.user_id, quiz.module_id) AS recomputed`,
);

const attemptOfUser = statement<Pick<MCQAttempt, 'status'>>(
  'learning.attempt_of_user',
  'SELECT status FROM mcq_attempts WHERE id = $2::uuid AND user_id = $1::uuid',
);
