import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
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
  ...['-1', '1001'].map((points) => ({
    object: 'mcq_questions_points_up_to_1000_check',
    given: catalogue + quiz(),
    refused: question({ points }),
    allowed: question({ points: '1000' }) + question({ id: id(2), points: '0' }),
  })),
  ...['-1', '3601'].map((grace_period) => ({
    object: 'mcq_quizzes_grace_period_of_an_hour_check',
    given: catalogue,
    refused: quiz({ grace_period }),
    allowed: quiz({ grace_period: '3600' }),
  })),
  {
    object: 'mcq_quizzes_max_attempts_positive_check',
    given: catalogue,
    refused: quiz({ max_attempts: '0' }),
    allowed: quiz({ max_attempts: '1' }),
  },
  ...['-1', '525601'].map((cooldown) => ({
    object: 'mcq_quizzes_cooldown_of_a_year_check',
    given: catalogue,
    refused: quiz({ cooldown }),
    allowed: quiz({ cooldown: '525600' }),
  })),
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
    'UPDATE mcq_questions SET points = 0',
    `UPDATE mcq_questions SET points = 0; ${question({ id: id(2), points: '1' })} ${option({ id: id(2), question_id: id(2) })}`,
  ),
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
  ...[`question = 'Why?'`, 'points = 5', `scoring = 'MAP_RESPONSE'`].map((edit) => ({
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

/** The question of a published quiz gets an answer that no rule has seen: the key that answers point at. */
const answeredUnseen: ConstraintCase[] = [
  {
    object: 'mcq_answers_question_id_quiz_id_question_revision_fkey',
    given: answered,
    refused: 'UPDATE mcq_questions SET revision = revision + 1',
    allowed: `DELETE FROM mcq_answers; UPDATE mcq_questions SET question = 'Why?'`,
  },
];

const raises = (trigger: string, given: string, write: string): TriggerEffect => ({
  trigger,
  given: `${given} UPDATE mcq_quizzes SET content_version = 0;`,
  write,
  shows: 'SELECT content_version = 1 FROM mcq_quizzes',
});
const twoQuestions = draftQuiz + secondQuestion;

export const quizEffects: TriggerEffect[] = [
  raises('mcq_questions_inserted_content', catalogue + quiz(), question()),
  raises('mcq_questions_updated_content', twoQuestions, `UPDATE mcq_questions SET deleted_at = '${now}'`),
  raises('mcq_questions_deleted_content', twoQuestions, 'DELETE FROM mcq_questions'),
  raises('mcq_options_inserted_content', draftQuiz, wrongOption),
  raises(
    'mcq_options_updated_content',
    draftQuiz + wrongOption,
    `UPDATE mcq_options SET deleted_at = '${now}'`,
  ),
  raises('mcq_options_deleted_content', draftQuiz + wrongOption, 'DELETE FROM mcq_options'),
];

export const quizCases: ConstraintCase[] = [...parentsAndRanges, ...published, ...frozen, ...answeredUnseen];
