import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  aMomentBefore,
  answer,
  attempt,
  catalogue,
  completed,
  draftQuiz,
  id,
  option,
  question,
  quiz,
  quizAnalysis,
  snapshot,
} from './rows.js';
import { belowZero, namelessAuthor } from './shared-cases.js';

const ofAttempts = (object: string, refused: string, allowed: string): ConstraintCase => ({
  object: `mcq_attempts_${object}_check`,
  given: draftQuiz,
  refused,
  allowed,
});

const attempts: ConstraintCase[] = [
  {
    object: 'mcq_attempts_quiz_id_fkey',
    given: catalogue + quiz() + attempt(),
    refused: 'DELETE FROM mcq_quizzes',
    allowed: 'UPDATE mcq_quizzes SET deleted_at = now()',
  },
  {
    object: 'mcq_attempts_user_id_quiz_id_attempt_number_key',
    given: draftQuiz + attempt(completed),
    refused: attempt({ id: id(2) }),
    allowed: attempt({ id: id(2), attempt_number: '2' }) + attempt({ id: id(3), user_id: id(2) }),
  },
  ofAttempts('attempt_number_from_one', attempt({ attempt_number: '0' }), attempt({ attempt_number: '1' })),
  belowZero('mcq_attempts', 'max_score', draftQuiz, attempt),
  ofAttempts('passing_score_percent', attempt({ passing_score: '101' }), attempt({ passing_score: '100' })),
  ofAttempts('passing_score_percent', attempt({ passing_score: '-1' }), attempt({ passing_score: '0' })),
  ofAttempts('time_limit_positive', attempt({ time_limit: '0' }), attempt({ time_limit: '1' })),
  ...['-1', '3601'].map((grace_period) =>
    ofAttempts('grace_period_of_an_hour', attempt({ grace_period }), attempt({ grace_period: '3600' })),
  ),
  {
    object: 'mcq_attempts_user_id_quiz_id_open_key',
    given: draftQuiz + attempt(),
    refused: attempt({ id: id(2), attempt_number: '2' }),
    allowed:
      attempt({ id: id(2), attempt_number: '2', status: 'ABANDONED' }) +
      attempt({ id: id(3), attempt_number: '1', user_id: id(2) }),
  },
  ofAttempts(
    'score_within_max',
    attempt({ ...completed, score: '11' }),
    attempt({ ...completed, score: '10' }),
  ),
  ofAttempts(
    'score_within_max',
    attempt({ ...completed, score: '-1' }),
    attempt({ ...completed, score: '0' }),
  ),
  ofAttempts('completed_has_time', attempt({ ...completed, completed_at: null }), attempt(completed)),
  ofAttempts(
    'completed_has_time',
    attempt({ completed_at: completed.completed_at, status: 'ABANDONED' }),
    attempt({ status: 'ABANDONED' }),
  ),
  ofAttempts('completed_has_result', attempt({ ...completed, score: null }), attempt(completed)),
  ofAttempts('completed_has_result', attempt({ ...completed, passed: null }), attempt(completed)),
  ofAttempts('completed_has_result', attempt({ score: '7' }), attempt()),
  ofAttempts('completed_has_result', attempt({ passed: 'false' }), attempt()),
  ofAttempts(
    'completed_after_start',
    attempt({ ...completed, completed_at: aMomentBefore }),
    attempt(completed),
  ),
];

const finished = draftQuiz + attempt(completed);
const touch = 'UPDATE mcq_attempts SET updated_at = now()';

const ends: ConstraintCase[] = [
  {
    object: 'mcq_attempts_transition_rule',
    given: finished,
    refused: `UPDATE mcq_attempts SET status = 'ABANDONED', score = NULL, passed = NULL, completed_at = NULL`,
    allowed: touch,
  },
  {
    object: 'mcq_attempts_transition_rule',
    given: draftQuiz + attempt({ status: 'ABANDONED' }),
    refused: `UPDATE mcq_attempts SET status = 'IN_PROGRESS'`,
    allowed: touch,
  },
  {
    object: 'mcq_attempts_ended_immutable_rule',
    given: finished,
    refused: 'UPDATE mcq_attempts SET score = 10',
    allowed: touch,
  },
  ...['UPDATE mcq_answers SET is_correct = false', 'DELETE FROM mcq_answers'].map((refused) => ({
    object: 'mcq_answers_of_open_attempt_rule',
    given: finished + answer(),
    refused,
    allowed: 'DELETE FROM mcq_attempts',
  })),
  {
    // An answer is not brought in from an open attempt either.
    object: 'mcq_answers_of_open_attempt_rule',
    given: finished + attempt({ id: id(2), attempt_number: '2' }) + answer({ attempt_id: id(2) }),
    refused: `UPDATE mcq_answers SET attempt_id = '${id(1)}'`,
    allowed: 'UPDATE mcq_answers SET is_correct = false',
  },
];

const shown = draftQuiz + attempt();
const otherQuestion = question({ id: id(2) }) + option({ id: id(2), question_id: id(2) });
const otherQuiz = quiz({ id: id(2) });

const answers: ConstraintCase[] = [
  {
    object: 'mcq_answers_attempt_id_quiz_id_fkey',
    given: `${draftQuiz + attempt()} ${otherQuiz} ${attempt({ id: id(2), quiz_id: id(2) })}`,
    refused: answer({ attempt_id: id(2) }),
    allowed: answer(),
  },
  {
    object: 'mcq_answers_question_id_quiz_id_question_revision_fkey',
    given: `${shown + otherQuiz} ${attempt({ id: id(2), quiz_id: id(2) })}`,
    refused: answer({ attempt_id: id(2), quiz_id: id(2) }),
    allowed: answer(),
  },
  {
    object: 'mcq_answers_question_id_quiz_id_question_revision_fkey',
    given: shown + answer({ selected_option_id: null, is_correct: 'false' }),
    refused: 'DELETE FROM mcq_questions',
    allowed: 'UPDATE mcq_questions SET deleted_at = now()',
  },
  {
    object: 'mcq_answers_question_id_quiz_id_question_revision_fkey',
    given: shown + otherQuiz + answer(),
    refused: `UPDATE mcq_questions SET quiz_id = '${id(2)}'`,
    allowed: `DELETE FROM mcq_answers; UPDATE mcq_questions SET quiz_id = '${id(2)}'`,
  },
  {
    object: 'mcq_answers_question_id_selected_option_id_fkey',
    given: shown + otherQuestion,
    refused: answer({ selected_option_id: id(2) }),
    allowed: answer(),
  },
  {
    object: 'mcq_answers_question_id_selected_option_id_fkey',
    given: shown + option({ id: id(2) }) + answer(),
    refused: `DELETE FROM mcq_options WHERE id = '${id(1)}'`,
    allowed: `DELETE FROM mcq_options WHERE id = '${id(2)}'`,
  },
  {
    object: 'mcq_answers_attempt_id_question_id_key',
    given: shown + otherQuestion + answer(),
    refused: answer({ id: id(2) }),
    allowed: answer({ id: id(2), question_id: id(2), selected_option_id: id(2) }),
  },
  {
    object: 'mcq_answers_answered_has_snapshot_check',
    given: shown,
    refused: answer({ snapshot: null }),
    allowed: answer({ snapshot: null, selected_option_id: null, is_correct: 'false' }),
  },
  ...[
    JSON.stringify(snapshot),
    [snapshot],
    null,
    { ...snapshot, question: 1 },
    { ...snapshot, points: -1 },
    { ...snapshot, options: undefined },
  ].map((malformed) => ({
    object: 'mcq_answers_snapshot_shape_check',
    given: shown,
    refused: answer({ snapshot: JSON.stringify(malformed) }),
    allowed: answer({ snapshot: JSON.stringify(snapshot) }),
  })),
  {
    object: 'mcq_answers_several_options_check',
    given: shown,
    refused: answer({ selected_option_ids: `{${id(1)},${id(2)}}` }),
    allowed: answer({ selected_option_ids: `{${id(1)},${id(2)}}`, selected_option_id: null }),
  },
  {
    object: 'mcq_answers_several_options_check',
    given: shown,
    refused: answer({ selected_option_ids: `{${id(1)}}`, selected_option_id: null }),
    allowed: answer(),
  },
  ...[
    { partial_points: '-1', is_correct: 'false' },
    { partial_points: '1', is_correct: 'true' },
  ].map((points) => ({
    object: 'mcq_answers_partial_points_check',
    given: shown,
    refused: answer(points),
    allowed: answer({ partial_points: '1', is_correct: 'false' }),
  })),
  {
    object: 'mcq_answers_correct_has_option_check',
    given: shown,
    refused: answer({ selected_option_id: null }),
    allowed: answer({ selected_option_id: null, is_correct: 'false' }),
  },
];

const analyses: ConstraintCase[] = [
  {
    object: 'quiz_analyses_attempt_id_fkey',
    given: draftQuiz,
    refused: quizAnalysis(),
    allowed: attempt() + quizAnalysis(),
  },
  {
    object: 'quiz_analyses_attempt_id_key',
    given: shown + quizAnalysis() + attempt({ id: id(2), attempt_number: '2', status: 'ABANDONED' }),
    refused: quizAnalysis({ id: id(2) }),
    allowed: quizAnalysis({ id: id(2), attempt_id: id(2) }),
  },
  ...namelessAuthor('quiz_analyses_author_named_check', shown, quizAnalysis),
  {
    object: 'quiz_analyses_performance_breakdown_object_check',
    given: shown,
    refused: quizAnalysis({ performance_breakdown: '"{}"' }),
    allowed: quizAnalysis({ performance_breakdown: '{}' }),
  },
  belowZero('quiz_analyses', 'avg_time_per_question', shown, quizAnalysis),
];

export const attemptCases: ConstraintCase[] = [...attempts, ...ends, ...answers, ...analyses];
