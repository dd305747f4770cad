import { uuidOf } from '../../engine/ids.js';
import { Refusal, type Row } from '../../engine/step.js';
import { isObject, type Json } from '../../json.js';
import { later } from '../../values/times.js';
import type { Values } from '../../values/values.js';
import { plainStep } from '../plain-step.js';
import { authorOf } from './submissions.js';

const ATTEMPTS = 'learning.mcq_attempts';
const QUIZZES = 'learning.mcq_quizzes';
const QUESTIONS = 'learning.mcq_questions';
const OPTIONS = 'learning.mcq_options';

/**
 * Attempts get their number in the order in which they began. The earlier score was a percentage, as the score to pass is; it
 * becomes points of those that the quiz has. Of attempts that never ended the newest goes on, the others were abandoned.
 */
export const attempts = plainStep('mcq_attempts', ATTEMPTS, attempt, {
  facts: {
    number: `SELECT count(*) FROM "${ATTEMPTS}" n WHERE n."userId" = t."userId" AND n."quizId" = t."quizId"
      AND (n."startedAt", n."id") <= (t."startedAt", t."id")`,
    isLast: `SELECT NOT EXISTS (SELECT FROM "${ATTEMPTS}" n WHERE n."userId" = t."userId" AND n."quizId" = t."quizId"
      AND (n."startedAt", n."id") > (t."startedAt", t."id"))`,
  },
  shared: {
    maxScore: {
      by: 'quizId',
      from: QUIZZES,
      sql: `SELECT coalesce(sum(q."points"), 0) FROM "${QUESTIONS}" q WHERE q."quizId" = t."id"`,
    },
    quiz: { by: 'quizId', from: QUIZZES, sql: 'to_jsonb(t)' },
  },
});

function attempt(values: Values): Row {
  const { row } = values;
  const quiz = isObject(row.quiz) ? row.quiz : {};
  const startedAt = values.time('startedAt') ?? '';
  const percent = values.number('score');
  const isCompleted = values.time('completedAt') !== null && percent !== null;
  if (values.time('completedAt') !== null && percent === null)
    values.lost('completedAt', 'ended without a score');
  if (!isCompleted && percent !== null) values.lost('score', 'the attempt has not ended');
  const maxScore = Number(row.maxScore);
  const passingScore = Math.min(Math.max(Number(quiz.passingScore ?? 70), 0), 100);
  const share = Math.min(Math.max(percent ?? 0, 0), 100);
  return {
    id: values.id('id', ATTEMPTS),
    user_id: values.id('userId', 'auth.users'),
    quiz_id: values.id('quizId', QUIZZES),
    attempt_number: Number(row.number),
    status: isCompleted ? 'COMPLETED' : row.isLast === true ? 'IN_PROGRESS' : 'ABANDONED',
    score: isCompleted ? Math.round((share * maxScore) / 100) : null,
    max_score: maxScore,
    passing_score: passingScore,
    time_limit: typeof quiz.timeLimit === 'number' && quiz.timeLimit > 0 ? quiz.timeLimit : null,
    passed: isCompleted ? share >= passingScore && maxScore > 0 : null,
    started_at: startedAt,
    completed_at: isCompleted ? later(values.time('completedAt'), startedAt) : null,
    created_at: startedAt,
    updated_at: later(values.time('completedAt'), startedAt),
  };
}

/** With what was asked, as the question stands now: what it was then is not known. */
export const answers = plainStep('mcq_answers', 'learning.mcq_answers', answer, {
  facts: {
    quizId: `SELECT a."quizId" FROM "${ATTEMPTS}" a WHERE a."id" = t."attemptId"`,
    isLast: `SELECT NOT EXISTS (SELECT FROM "learning.mcq_answers" n WHERE n."attemptId" = t."attemptId"
      AND n."questionId" = t."questionId" AND (n."answeredAt", n."id") > (t."answeredAt", t."id"))`,
  },
  shared: {
    asked: {
      by: 'questionId',
      from: QUESTIONS,
      sql: `jsonb_build_object('question', t."question", 'points', t."points", 'options', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', o."id", 'text', o."optionText", 'isCorrect', o."isCorrect")
          ORDER BY o."order", o."id"), '[]') FROM "${OPTIONS}" o WHERE o."questionId" = t."id"))`,
    },
  },
});

function answer(values: Values): Row {
  // Of several answers to one question the last one counted.
  if (values.row.isLast !== true) throw new Refusal('mcq_answers_attempt_id_question_id_key');
  const selected = values.id('selectedOptionId', OPTIONS);
  const answeredAt = values.time('answeredAt');
  return {
    id: values.id('id', 'learning.mcq_answers'),
    attempt_id: values.id('attemptId', ATTEMPTS),
    quiz_id: values.id('quizId', QUIZZES),
    question_id: values.id('questionId', QUESTIONS),
    selected_option_id: selected,
    is_correct: selected !== null && values.flag('isCorrect'),
    snapshot: withNewIds(values.row.asked ?? null),
    answered_at: answeredAt,
    created_at: answeredAt,
    updated_at: answeredAt,
    question_revision: 0,
  };
}

function withNewIds(asked: Json): Json {
  if (!isObject(asked) || !Array.isArray(asked.options)) return null;
  return {
    ...asked,
    options: asked.options.map((option: Json) =>
      isObject(option) ? { ...option, id: uuidOf(OPTIONS, String(option.id)) } : option,
    ),
  } as Json;
}

export const quizAnalyses = plainStep('quiz_analyses', 'learning.quiz_analyses', (values) => ({
  id: values.id('id', 'learning.quiz_analyses'),
  attempt_id: values.id('attemptId', ATTEMPTS),
  ...authorOf(values, 'quiz_analyses_author_named_check'),
  performance_breakdown: values.object('performanceBreakdown') ?? {},
  strong_topics: values.list('strongTopics') ?? [],
  weak_topics: values.list('weakTopics') ?? [],
  recommendations: values.list('recommendations') ?? [],
  insights: values.text('insights'),
  avg_time_per_question: values.atLeast('avgTimePerQuestion', 0),
  time_management: values.text('timeManagement'),
  created_at: values.time('createdAt'),
  updated_at: values.time('updatedAt'),
}));
