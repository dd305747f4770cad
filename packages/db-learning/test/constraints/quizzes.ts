import type { ConstraintCase } from '@codezest/constraint-tests';
import { answer, attempt, catalogue, draftQuiz, id, now, option, question, quiz } from './rows.js';
import { belowZero, outsidePercent } from './shared-cases.js';

const parentsAndRanges: ConstraintCase[] = [
  { object: 'mcq_quizzes_module_id_fkey', refused: quiz(), allowed: catalogue + quiz() },
  { object: 'mcq_questions_quiz_id_fkey', refused: question(), allowed: catalogue + quiz() + question() },
  { object: 'mcq_options_question_id_fkey', refused: option(), allowed: draftQuiz },
  ...outsidePercent('mcq_quizzes_passing_score_percent_check', 'passing_score', catalogue, quiz),
  {
    object: 'mcq_quizzes_time_limit_positive_check',
    given: catalogue,
    refused: quiz({ time_limit: '0' }),
    allowed: quiz({ time_limit: '1' }),
  },
  belowZero('mcq_quizzes', 'estimated_duration', catalogue, quiz),
  belowZero('mcq_questions', 'order', catalogue + quiz(), question),
  belowZero('mcq_questions', 'points', catalogue + quiz(), question),
  belowZero('mcq_options', 'order', catalogue + quiz() + question(), option),
];

const publish = `UPDATE mcq_quizzes SET published_at = '${now}';`;
const publishedQuiz = draftQuiz + publish;
const secondQuestion = question({ id: id(2) });
const wrongOption = option({ id: id(2), is_correct: 'false' });

const onThePublishedQuiz = (given: string, refused: string, allowed: string): ConstraintCase => ({
  object: 'mcq_quizzes_published_rule',
  given,
  refused,
  allowed,
});

const published: ConstraintCase[] = [
  onThePublishedQuiz(catalogue, quiz({ published_at: now }), quiz()),
  onThePublishedQuiz(catalogue + quiz(), publish, question() + option() + publish),
  onThePublishedQuiz(
    draftQuiz + secondQuestion,
    publish,
    `DELETE FROM mcq_questions WHERE id = '${id(2)}'; ${publish}`,
  ),
  onThePublishedQuiz(
    `${draftQuiz} UPDATE mcq_options SET is_correct = false;`,
    publish,
    `UPDATE mcq_options SET is_correct = true; ${publish}`,
  ),
  onThePublishedQuiz(
    catalogue + quiz({ deleted_at: now, published_at: now }),
    'UPDATE mcq_quizzes SET deleted_at = NULL',
    'UPDATE mcq_quizzes SET deleted_at = NULL, published_at = NULL',
  ),
  onThePublishedQuiz(
    publishedQuiz,
    secondQuestion,
    secondQuestion + option({ id: id(2), question_id: id(2) }),
  ),
  onThePublishedQuiz(publishedQuiz, 'DELETE FROM mcq_questions', 'DELETE FROM mcq_quizzes'),
  onThePublishedQuiz(
    publishedQuiz,
    'UPDATE mcq_questions SET deleted_at = now()',
    `UPDATE mcq_questions SET deleted_at = now(); ${secondQuestion} ${option({ id: id(2), question_id: id(2) })}`,
  ),
  onThePublishedQuiz(
    publishedQuiz + quiz({ id: id(2) }),
    `UPDATE mcq_questions SET quiz_id = '${id(2)}'`,
    `UPDATE mcq_quizzes SET published_at = NULL; UPDATE mcq_questions SET quiz_id = '${id(2)}'`,
  ),
  ...['DELETE FROM mcq_options', 'UPDATE mcq_options SET deleted_at = now()'].map((removal) =>
    onThePublishedQuiz(publishedQuiz, removal, `${removal}; ${option({ id: id(2) })}`),
  ),
  onThePublishedQuiz(
    publishedQuiz + wrongOption,
    'UPDATE mcq_options SET is_correct = false',
    'UPDATE mcq_options SET is_correct = NOT is_correct',
  ),
];

const answered = draftQuiz + wrongOption + attempt() + answer();

const frozen: ConstraintCase[] = [
  ...[`question = 'Why?'`, 'points = 5'].map((edit) => ({
    object: 'mcq_questions_answered_rule',
    given: answered,
    refused: `UPDATE mcq_questions SET ${edit}`,
    allowed: `UPDATE mcq_questions SET explanation = 'Because.', "order" = 7, deleted_at = now()`,
  })),
  ...[`option_text = 'Nothing'`, 'is_correct = NOT is_correct'].map((edit) => ({
    object: 'mcq_options_answered_rule',
    given: answered,
    refused: `UPDATE mcq_options SET ${edit}`,
    allowed: `UPDATE mcq_options SET "order" = 7, deleted_at = now()`,
  })),
  {
    object: 'mcq_options_answered_rule',
    given: answered + secondQuestion,
    refused: `UPDATE mcq_options SET question_id = '${id(2)}' WHERE id = '${id(2)}'`,
    allowed: option({ id: id(3), question_id: id(2) }),
  },
];

export const quizCases: ConstraintCase[] = [...parentsAndRanges, ...published, ...frozen];
