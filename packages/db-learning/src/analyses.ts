import { rowOf, statement } from '@codezest/db-core';
import type { AssignmentSubmissionId, MCQAttemptId, UserId } from '@codezest/db-types';
import type { AssignmentAnalysis, MCQAttempt, QuizAnalysis } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { AttemptNotCompletedError, RecordNotFoundError, VersionConflictError } from './learning-errors.js';

/** A model or a person. An analysis that both worked on is HYBRID. */
export type AnalysisAuthor =
  | { readonly aiModel: string; readonly aiPrompt?: string | null; readonly analyzedBy?: never }
  | { readonly analyzedBy: UserId; readonly aiModel?: never; readonly aiPrompt?: never };

/** What is left out stays as it is. */
export type SubmissionFindings = Partial<
  Pick<
    AssignmentAnalysis,
    'overallScore' | 'strengths' | 'weaknesses' | 'suggestions' | 'codeQuality' | 'detailedFeedback'
  >
>;

export interface SubmissionAnalysis {
  readonly submissionId: AssignmentSubmissionId;
  readonly author: AnalysisAuthor;
  readonly findings: SubmissionFindings;
  /** Of the analysis that the author has seen and adds to. Left out: none was there. */
  readonly version?: number;
}

/**
 * Analyses a submission, or adds to its analysis: what a model wrote and a person looked through becomes HYBRID, and the
 * other way round. Of two authors who started from the same version the second is told.
 *
 * @throws {VersionConflictError} VERSION_CONFLICT
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
  const { submissionId, author, findings, version } = analysis;
  const values = [
    submissionId,
    author.aiModel ?? null,
    author.aiPrompt ?? null,
    author.analyzedBy ?? null,
    findings.overallScore ?? null,
    findings.strengths ?? null,
    findings.weaknesses ?? null,
    findings.suggestions ?? null,
    findings.codeQuality ? JSON.stringify(findings.codeQuality) : null,
    findings.detailedFeedback ?? null,
  ];
  const row =
    version === undefined
      ? await rowOf(client, insertAnalysis, values)
      : await rowOf(client, updateAnalysis, [...values, version]);
  if (row === undefined) throw new RecordNotFoundError('submission');
  if ((row.id as string | null) === null) throw new VersionConflictError();
  return row;
}

const insertAnalysis = statement<AssignmentAnalysis>(
  'learning.analyse_submission',
  `WITH submission AS MATERIALIZED (
    SELECT id, rules.lock_learner(user_id) FROM assignment_submissions WHERE id = $1::uuid
  ), written AS (
    INSERT INTO assignment_analyses (
      id, submission_id, analysis_type, ai_model, ai_prompt, analyzed_by,
      overall_score, strengths, weaknesses, suggestions, code_quality, detailed_feedback)
    SELECT rules.new_id(), id, (CASE WHEN $4::uuid IS NULL THEN 'AI' ELSE 'MANUAL' END)::"AnalysisType",
      $2::text, $3::text, $4::uuid, $5::int,
      coalesce($6::text[], '{}'), coalesce($7::text[], '{}'), coalesce($8::text[], '{}'), $9::jsonb, $10::text
    FROM submission
    ON CONFLICT (submission_id) DO NOTHING
    RETURNING *
  )
  SELECT ${columnsOf.assignmentAnalysis('written')} FROM submission LEFT JOIN written ON true`,
);

/** The type that follows from who has contributed so far and who does now. */
const typeOf = (model: string, person: string) => `(CASE
  WHEN ${model} IS NULL THEN 'MANUAL' WHEN ${person} IS NULL THEN 'AI' ELSE 'HYBRID' END)::"AnalysisType"`;

const updateAnalysis = statement<AssignmentAnalysis>(
  'learning.add_to_submission_analysis',
  `WITH submission AS MATERIALIZED (
    SELECT id, rules.lock_learner(user_id) FROM assignment_submissions WHERE id = $1::uuid
  ), written AS (
    UPDATE assignment_analyses a SET
      analysis_type = ${typeOf('coalesce($2::text, a.ai_model)', 'coalesce($4::uuid, a.analyzed_by)')},
      ai_model = coalesce($2::text, a.ai_model),
      ai_prompt = coalesce($3::text, a.ai_prompt),
      analyzed_by = coalesce($4::uuid, a.analyzed_by),
      overall_score = coalesce($5::int, a.overall_score),
      strengths = coalesce($6::text[], a.strengths),
      weaknesses = coalesce($7::text[], a.weaknesses),
      suggestions = coalesce($8::text[], a.suggestions),
      code_quality = coalesce($9::jsonb, a.code_quality),
      detailed_feedback = coalesce($10::text, a.detailed_feedback),
      version = a.version + 1,
      updated_at = now()
    FROM submission
    WHERE a.submission_id = submission.id AND a.version = $11::int
    RETURNING a.*
  )
  SELECT ${columnsOf.assignmentAnalysis('written')} FROM submission LEFT JOIN written ON true`,
);

/** What is left out stays as it is; the time per question is measured unless it is given. */
export type AttemptFindings = Pick<QuizAnalysis, 'performanceBreakdown'> &
  Partial<
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
 * @example
 * const analysis = await analyseAttempt(prisma, {
 *   attemptId: attempt.id,
 *   author: { aiModel: 'reviewer-2' },
 *   findings: { performanceBreakdown: { topics: [{ topic: 'Loops', correct: 3, total: 4 }], skipped: 1 } },
 * });
 */
export async function analyseAttempt(client: Client, analysis: AttemptAnalysis): Promise<QuizAnalysis> {
  const { attemptId, author, findings } = analysis;
  const row = await rowOf(client, upsertQuizAnalysis, [
    attemptId,
    author.aiModel ?? null,
    author.analyzedBy ?? null,
    JSON.stringify(findings.performanceBreakdown),
    findings.strongTopics ?? null,
    findings.weakTopics ?? null,
    findings.recommendations ?? null,
    findings.insights ?? null,
    findings.avgTimePerQuestion ?? null,
    findings.timeManagement ?? null,
  ]);
  if (row === undefined) throw new RecordNotFoundError('attempt');
  const { status, ...written } = row;
  if (status !== 'COMPLETED') throw new AttemptNotCompletedError();
  return written;
}

const upsertQuizAnalysis = statement<QuizAnalysis & Pick<MCQAttempt, 'status'>>(
  'learning.analyse_attempt',
  `WITH attempt AS MATERIALIZED (
    SELECT id, status, extract(epoch FROM completed_at - started_at) / nullif((
      SELECT count(*) FROM mcq_answers a WHERE a.attempt_id = t.id), 0) AS seconds, rules.lock_learner(t.user_id)
    FROM mcq_attempts t WHERE t.id = $1::uuid
  ), written AS (
    INSERT INTO quiz_analyses AS a (
      id, attempt_id, analysis_type, ai_model, analyzed_by, performance_breakdown, strong_topics, weak_topics,
      recommendations, insights, avg_time_per_question, time_management)
    SELECT rules.new_id(), id, ${typeOf('$2::text', '$3::uuid')}, $2::text, $3::uuid, $4::jsonb,
      coalesce($5::text[], '{}'), coalesce($6::text[], '{}'), coalesce($7::text[], '{}'), $8::text,
      coalesce($9::int, round(seconds)::int), $10::text
    FROM attempt WHERE status = 'COMPLETED'
    ON CONFLICT (attempt_id) DO UPDATE SET
      analysis_type = ${typeOf('coalesce(excluded.ai_model, a.ai_model)', 'coalesce(excluded.analyzed_by, a.analyzed_by)')},
      ai_model = coalesce(excluded.ai_model, a.ai_model),
      analyzed_by = coalesce(excluded.analyzed_by, a.analyzed_by),
      performance_breakdown = excluded.performance_breakdown,
      strong_topics = coalesce($5::text[], a.strong_topics),
      weak_topics = coalesce($6::text[], a.weak_topics),
      recommendations = coalesce($7::text[], a.recommendations),
      insights = coalesce($8::text, a.insights),
      avg_time_per_question = coalesce($9::int, a.avg_time_per_question),
      time_management = coalesce($10::text, a.time_management),
      updated_at = now()
    RETURNING a.*
  )
  SELECT attempt.status, ${columnsOf.quizAnalysis('written')} FROM attempt LEFT JOIN written ON true`,
);
