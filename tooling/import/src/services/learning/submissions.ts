import { Refusal, type Row } from '../../engine/step.js';
import { later } from '../../values/times.js';
import type { Values } from '../../values/values.js';
import { plainStep } from '../plain-step.js';

const SUBMISSIONS = 'learning.assignment_submissions';

/** What was running is waiting again: the worker that had it is none of the new queue's. */
export const submissions = plainStep(
  'assignment_submissions',
  SUBMISSIONS,
  (values) => {
    const submittedAt = values.time('submittedAt') ?? '';
    const given = values.text('status');
    const isGraded = given === 'PASSED' || given === 'FAILED';
    if (given === 'RUNNING') values.changed('status', 'PENDING, to be run again');
    const maxScore = Math.max(0, Number(values.row.maxScore ?? 100));
    const score = values.number('score') ?? (given === 'PASSED' ? maxScore : 0);
    if (!isGraded && values.number('score') !== null) values.lost('score', 'not graded');
    const gradedAt = isGraded ? later(values.time('gradedAt'), submittedAt) : null;
    return {
      id: values.id('id', SUBMISSIONS),
      user_id: values.id('userId', 'auth.users'),
      assignment_id: values.id('assignmentId', 'learning.assignments'),
      code: values.text('code'),
      language: values.text('language'),
      language_id: values.id('languageId', 'learning.programming_languages'),
      status: given === 'RUNNING' ? 'PENDING' : given,
      score: isGraded ? Math.min(Math.max(score, 0), maxScore) : null,
      max_score: maxScore,
      feedback: values.text('feedback'),
      submitted_at: submittedAt,
      graded_at: gradedAt,
      created_at: submittedAt,
      updated_at: gradedAt ?? submittedAt,
    };
  },
  {
    facts: {
      maxScore: `SELECT a."maxScore" FROM "learning.assignments" a WHERE a."id" = t."assignmentId"`,
      languageId: `SELECT l."id" FROM "learning.programming_languages" l
        WHERE lower(t."language") IN (lower(l."name"), l."slug") ORDER BY l."deletedAt" IS NOT NULL, l."id" LIMIT 1`,
    },
  },
);

export const assignmentAnalyses = plainStep(
  'assignment_analyses',
  'learning.assignment_analyses',
  (values) => ({
    id: values.id('id', 'learning.assignment_analyses'),
    submission_id: values.id('submissionId', SUBMISSIONS),
    ...authorOf(values, 'assignment_analyses_author_named_check'),
    overall_score: values.within('overallScore', 0, 100),
    strengths: values.list('strengths') ?? [],
    weaknesses: values.list('weaknesses') ?? [],
    suggestions: values.list('suggestions') ?? [],
    code_quality: values.object('codeQuality'),
    detailed_feedback: values.text('detailedFeedback'),
    ai_prompt: values.text('aiPrompt'),
    created_at: values.time('createdAt'),
    updated_at: values.time('updatedAt'),
  }),
);

/** A machine is named `unknown` where nobody has noted which; a person cannot be made up. */
export function authorOf(values: Values, rule: string): Row {
  const type = values.text('analysisType');
  const analyzedBy = values.id('analyzedBy', 'auth.users');
  if (type !== 'AI' && analyzedBy === null) throw new Refusal(rule);
  const model = values.text('aiModel');
  if (type !== 'MANUAL' && model === null) values.changed('aiModel', 'unknown, as it was not noted');
  return {
    analysis_type: type,
    ai_model: type === 'MANUAL' ? model : (model ?? 'unknown'),
    analyzed_by: analyzedBy,
  };
}
