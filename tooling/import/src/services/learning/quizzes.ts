import type { Context, Rows, Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { Values } from '../../values/values.js';

const FROM = 'learning.mcq_quizzes';
const QUESTIONS = 'learning.mcq_questions';
const OPTIONS = 'learning.mcq_options';

/**
 * A quiz goes over whole, because one that is published needs questions that can be answered at the end of the transaction.
 * What could not be answered there is a draft here.
 */
export const quizzes: Step = {
  name: 'mcq_quizzes',
  from: FROM,
  along: {
    questions: { from: QUESTIONS, by: 'quizId' },
    options: { from: OPTIONS, by: 'questionId', through: { from: QUESTIONS, by: 'quizId' } },
  },
  targets: [{ table: 'mcq_quizzes' }, { table: 'mcq_questions' }, { table: 'mcq_options' }],
  convert,
};

function convert(row: JsonObject, { notes }: Context): Rows {
  const values = new Values(row, FROM, notes);
  const questions = values.along('questions').map((each) => new Values(each, QUESTIONS, notes));
  const options = values.along('options').map((each) => new Values(each, OPTIONS, notes));
  const isAnswerable =
    questions.reduce((sum, question) => sum + (question.number('points') ?? 0), 0) > 0 &&
    questions.every((question) =>
      options.some((option) => option.text('questionId') === question.text('id') && option.flag('isCorrect')),
    );
  if (!isAnswerable)
    values.changed('id', 'a draft, because it has a question without a right option, or no points');
  const quizId = values.id('id', FROM);
  return {
    mcq_quizzes: [
      {
        id: quizId,
        module_id: values.id('moduleId', 'learning.modules'),
        title: values.text('title'),
        description: values.text('description'),
        passing_score: values.within('passingScore', 0, 100) ?? 70,
        time_limit: values.within('timeLimit', 1, 2_147_483_647),
        estimated_duration: values.atLeast('estimatedDuration', 0),
        published_at: isAnswerable ? values.time('createdAt') : null,
        created_at: values.time('createdAt'),
        updated_at: values.time('updatedAt'),
        deleted_at: values.time('deletedAt'),
      },
    ],
    mcq_questions: questions.map((question) => ({
      id: question.id('id', QUESTIONS),
      quiz_id: quizId,
      question: question.text('question'),
      explanation: question.text('explanation'),
      order: question.atLeast('order', 0),
      points: question.number('points'),
      created_at: question.time('createdAt'),
      updated_at: question.time('updatedAt'),
    })),
    mcq_options: options.map((option) => ({
      id: option.id('id', OPTIONS),
      question_id: option.id('questionId', QUESTIONS),
      option_text: option.text('optionText'),
      is_correct: option.flag('isCorrect'),
      order: option.atLeast('order', 0),
      created_at: values.time('createdAt'),
      updated_at: values.time('updatedAt'),
    })),
  };
}
