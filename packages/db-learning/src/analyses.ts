import { rowOf, statement } from '@codezest/db-core';
import type { AssignmentSubmissionId, MCQAttemptId, UserId } from '@codezest/db-types';
import type { AssignmentAnalysis, MCQAttempt, QuizAnalysis } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import {
  AnalysisAuthorMissingError,
  AttemptNotCompletedError,
  ClaimLostError,
  RecordNotFoundError,
  ScoreOutOfRangeError,
  VersionConflictError,
} from './learning-errors.js';

/** A model or a person. An analysis that both worked on is HYBRID. */
export type AnalysisAuthor =
  | { readonly aiModel: string; readonly aiPrompt?: string | null; readonly analyzedBy?: never }
  | { readonly analyzedBy: UserId; readonly aiModel?: never; readonly aiPrompt?: never };

/** What is left out stays as it is; null clears a text, a score or the quality, and empties a list. */
export type SubmissionFindings = Clearable<
  Pick<
    AssignmentAnalysis,
    'overallScore' | 'strengths' | 'weaknesses' | 'suggestions' | 'codeQuality' | 'detailedFeedback'
  >
>;

type Clearable<Findings> = { readonly [Field in keyof Findings]?: Findings[Field] | null };

export interface SubmissionAnalysis {
  readonly submissionId: AssignmentSubmissionId;
  readonly author: AnalysisAuthor;
  readonly findings: SubmissionFindings;
  /** Of the analysis that the author has seen and adds to. Left out: none was there. */
  readonly version?: number;
  /** Of `claimReview`, for a person who took the submission there. */
  readonly claim?: number;
}

/**
 * Analyses a submission, or adds to its analysis: what a model wrote and a person looked through becomes HYBRID, and the
 * other way round. Of two authors who started from the same version the second is told.
 *
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {ClaimLostError} CLAIM_LOST
 * @throws {AnalysisAuthorMissingError} ANALYSIS_AUTHOR_MISSING
 * @throws {ScoreOutOfRangeError} SCORE_OUT_OF_RANGE
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @example
 * const analysis = await analyseSubmission(prisma, {
 *   submissionId: submission.id, author: { aiModel: 'reviewer-2' }, findings: { strengths: ['clear names'] },
 * });
 * await analyseSubmission(prisma, {
 *   submissionId: submission.id,
 *   author: { analyzedBy: instructorId },
 *   findings: { detailedFeedback: 'Write the test first.' },
 *   version: analysis.version,
 * });
 */
export async function analyseSubmission(
  client: Client,
  analysis: SubmissionAnalysis,
): Promise<AssignmentAnalysis> {
  const { submissionId, author, findings, version, claim = null } = analysis;
  requireAuthor(author);
  requireScore(findings.overallScore);
  const values = [
    submissionId,
    author.aiModel ?? null,
    author.aiPrompt ?? null,
    author.analyzedBy ?? null,
    JSON.stringify(findings),
    claim,
    version ?? null,
  ];
  const row = await rowOf(client, version === undefined ? insertAnalysis : updateAnalysis, values);
  if (row === undefined) throw new RecordNotFoundError('submission');
  const { claimed, ...written } = row;
  if (!claimed) throw new ClaimLostError();
  if ((written.id as string | null) === null) throw new VersionConflictError();
  return written;
}

/** @throws {AnalysisAuthorMissingError} */
function requireAuthor({ aiModel, analyzedBy }: AnalysisAuthor): void {
  if (!analyzedBy && String(aiModel ?? '').trim() === '') throw new AnalysisAuthorMissingError();
}

function requireScore(score: number | null | undefined): void {
  if (score === null || score === undefined) return;
  if (!Number.isFinite(score) || score < 0 || score > 100) throw new ScoreOutOfRangeError();
}

/** What is given, null included; what is left out stays. Lists cannot be null and become empty. */
const given = (json: string, name: string, as: (value: string) => string, before: string) =>
  `CASE WHEN ${json} ? '${name}' THEN ${as(`(${json} -> '${name}')`)} ELSE ${before} END`;
const text = (value: string) => `${value} #>> '{}'`;
const number = (type: string) => (value: string) => `(${value} #>> '{}')::${type}`;
const object = (value: string) => `nullif(${value}, 'null')`;
const list = (value: string) =>
  `ARRAY(SELECT jsonb_array_elements_text(CASE WHEN jsonb_typeof(${value}) = 'array' THEN ${value} ELSE '[]' END))`;

const submissionFindings: [field: string, column: string, as: (value: string) => string, empty: string][] = [
  ['overallScore', 'overall_score', number('float8'), 'NULL'],
  ['strengths', 'strengths', list, "'{}'"],
  ['weaknesses', 'weaknesses', list, "'{}'"],
  ['suggestions', 'suggestions', list, "'{}'"],
  ['codeQuality', 'code_quality', object, 'NULL'],
  ['detailedFeedback', 'detailed_feedback', text, 'NULL'],
];

/** A person's analysis ends the wait for one, in the order of the claims. */
const submission = `submission AS MATERIALIZED (
    SELECT s.id, $6::int IS NULL OR s.review_tries = $6::int AS claimed, rules.lock_learner(s.user_id)
    FROM assignment_submissions s WHERE s.id = $1::uuid
  )`;
const reviewed = `reviewed AS (
    UPDATE assignment_submissions s SET reviewed_at = clock_timestamp(), review_expires_at = NULL, updated_at = now()
    FROM written WHERE s.id = written.submission_id AND $4::uuid IS NOT NULL
  )`;

type WrittenAnalysis = AssignmentAnalysis & { claimed: boolean };

const insertAnalysis = statement<WrittenAnalysis>(
  'learning.analyse_submission',
  `WITH ${submission}, written AS (
    INSERT INTO assignment_analyses (
      id, submission_id, analysis_type, ai_model, ai_prompt, analyzed_by,
      ${submissionFindings.map(([, column]) => column).join(', ')})
    SELECT rules.new_id(), id, (CASE WHEN $4::uuid IS NULL THEN 'AI' ELSE 'MANUAL' END)::"AnalysisType",
      $2::text, $3::text, $4::uuid,
      ${submissionFindings.map(([field, , as, empty]) => given('$5::jsonb', field, as, empty)).join(', ')}
    FROM submission WHERE claimed AND $7::int IS NULL
    ON CONFLICT (submission_id) DO NOTHING
    RETURNING *
  ), ${reviewed}
  SELECT submission.claimed, ${columnsOf.assignmentAnalysis('written')} FROM submission LEFT JOIN written ON true`,
);

/** The type that follows from who has contributed so far and who does now. */
const typeOf = (model: string, person: string) => `(CASE
  WHEN ${model} IS NULL THEN 'MANUAL' WHEN ${person} IS NULL THEN 'AI' ELSE 'HYBRID' END)::"AnalysisType"`;

const updateAnalysis = statement<WrittenAnalysis>(
  'learning.add_to_submission_analysis',
  `WITH ${submission}, written AS (
    UPDATE assignment_analyses a SET
      analysis_type = ${typeOf('coalesce($2::text, a.ai_model)', 'coalesce($4::uuid, a.analyzed_by)')},
      ai_model = coalesce($2::text, a.ai_model),
      ai_prompt = coalesce($3::text, a.ai_prompt),
      analyzed_by = coalesce($4::uuid, a.analyzed_by),
      ${submissionFindings
        .map(([field, column, as]) => `${column} = ${given('$5::jsonb', field, as, `a.${column}`)}`)
        .join(', ')},
      version = a.version + 1,
      updated_at = now()
    FROM submission
    WHERE submission.claimed AND a.submission_id = submission.id AND a.version = $7::int
    RETURNING a.*
  ), ${reviewed}
  SELECT submission.claimed, ${columnsOf.assignmentAnalysis('written')} FROM submission LEFT JOIN written ON true`,
);

/** What is left out stays as it is, null clears; the time per question is measured unless it is given. */
export type AttemptFindings = Pick<QuizAnalysis, 'performanceBreakdown'> &
  Clearable<
    Pick<
      QuizAnalysis,
      'strongTopics' | 'weakTopics' | 'recommendations' | 'insights' | 'avgTimePerQuestion' | 'timeManagement'
    >
  >;

export interface AttemptAnalysis {
  readonly attemptId: MCQAttemptId;
  readonly author: AnalysisAuthor;
  readonly findings: AttemptFindings;
}

/**
 * Analyses a completed attempt, or adds to its analysis, in one statement: of a model and a person who write at once
 * neither is lost, and the analysis is HYBRID.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {AttemptNotCompletedError} ATTEMPT_NOT_COMPLETED
 * @throws {AnalysisAuthorMissingError} ANALYSIS_AUTHOR_MISSING
 * @throws {ScoreOutOfRangeError} SCORE_OUT_OF_RANGE, for seconds that are no whole number
 * @example
 * const analysis = await analyseAttempt(prisma, {
 *   attemptId: attempt.id,
 *   author: { aiModel: 'reviewer-2' },
 *   findings: { performanceBreakdown: { topics: [{ topic: 'Loops', correct: 3, total: 4 }], skipped: 1 } },
 * });
 */
export async function analyseAttempt(client: Client, analysis: AttemptAnalysis): Promise<QuizAnalysis> {
  const { attemptId, author, findings } = analysis;
  requireAuthor(author);
  const { avgTimePerQuestion: seconds } = findings;
  if (typeof seconds === 'number' && !isWholeFromZero(seconds)) throw new ScoreOutOfRangeError();
  const values = [attemptId, author.aiModel ?? null, author.analyzedBy ?? null, JSON.stringify(findings)];
  const row = await rowOf(client, upsertQuizAnalysis, values);
  if (row === undefined) throw new RecordNotFoundError('attempt');
  const { status, ...written } = row;
  if (status !== 'COMPLETED') throw new AttemptNotCompletedError();
  return written;
}

function isWholeFromZero(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 2_147_483_647;
}

const attemptFindings: [field: string, column: string, as: (value: string) => string, empty: string][] = [
  ['performanceBreakdown', 'performance_breakdown', object, "'{}'"],
  ['strongTopics', 'strong_topics', list, "'{}'"],
  ['weakTopics', 'weak_topics', list, "'{}'"],
  ['recommendations', 'recommendations', list, "'{}'"],
  ['insights', 'insights', text, 'NULL'],
  ['avgTimePerQuestion', 'avg_time_per_question', number('int'), 'round(seconds)::int'],
  ['timeManagement', 'time_management', text, 'NULL'],
];

const upsertQuizAnalysis = statement<QuizAnalysis & Pick<MCQAttempt, 'status'>>(
  'learning.analyse_attempt',
  `WITH attempt AS MATERIALIZED (
    SELECT id, status, extract(epoch FROM completed_at - started_at) / nullif((
      SELECT count(*) FROM mcq_answers a WHERE a.attempt_id = t.id), 0) AS seconds, rules.lock_learner(t.user_id)
    FROM mcq_attempts t WHERE t.id = $1::uuid
  ), written AS (
    INSERT INTO quiz_analyses AS a (
      id, attempt_id, analysis_type, ai_model, analyzed_by, ${attemptFindings.map(([, column]) => column).join(', ')})
    SELECT rules.new_id(), id, ${typeOf('$2::text', '$3::uuid')}, $2::text, $3::uuid,
      ${attemptFindings.map(([field, , as, empty]) => given('$4::jsonb', field, as, empty)).join(', ')}
    FROM attempt WHERE status = 'COMPLETED'
    ON CONFLICT (attempt_id) DO UPDATE SET
      analysis_type = ${typeOf('coalesce(excluded.ai_model, a.ai_model)', 'coalesce(excluded.analyzed_by, a.analyzed_by)')},
      ai_model = coalesce(excluded.ai_model, a.ai_model),
      analyzed_by = coalesce(excluded.analyzed_by, a.analyzed_by),
      ${attemptFindings
        .map(
          ([field, column]) =>
            `${column} = CASE WHEN $4::jsonb ? '${field}' THEN excluded.${column} ELSE a.${column} END`,
        )
        .join(', ')},
      updated_at = now()
    RETURNING a.*
  )
  SELECT attempt.status, ${columnsOf.quizAnalysis('written')} FROM attempt LEFT JOIN written ON true`,
);
