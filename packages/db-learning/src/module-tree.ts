import { nestedColumns, nestedRows, read, rowOf, withDates } from '@codezest/db-core';
import type { ModuleId } from '@codezest/db-types';
import type { Assignment, Material, MCQOption, MCQQuestion, MCQQuiz, Module } from '../generated/client.js';
import { columnsOf, timesOf } from '../generated/columns.js';
import type { Client } from './client.js';

export type QuestionTree = MCQQuestion & { options: MCQOption[] };
export type QuizTree = MCQQuiz & { questions: QuestionTree[] };

/** A module with everything in it, in the order in which it is shown. */
export type ModuleTree = Module & {
  materials: Material[];
  assignments: Assignment[];
  mcqQuizzes: QuizTree[];
};

/**
 * A live module of a live language with its live materials, assignments, quizzes, questions and options, all published,
 * or null. One statement, because Prisma's `include` sends seven and reads each level after the one above, so an edit in
 * between shows half of it. It has the right answers and the hidden test cases in it: not for a learner's browser.
 *
 * @param options.drafts also what is not published, for editors.
 * @example
 * const tree = await findModuleTree(prisma, module.id);
 * tree?.mcqQuizzes[0]?.questions[0]?.options.map(({ optionText }) => optionText);
 */
export async function findModuleTree(
  client: Client,
  moduleId: ModuleId,
  options: { drafts?: boolean } = {},
): Promise<ModuleTree | null> {
  const tree = await rowOf(client, moduleTree, [moduleId, options.drafts ?? false]);
  return tree === undefined ? null : dated(tree);
}

const optionsOfQuestion = nestedRows(`
  SELECT ${nestedColumns(columnsOf.mCQOption('o'), timesOf.mCQOption)} FROM mcq_options o
  WHERE o.question_id = question.id AND o.deleted_at IS NULL ORDER BY o."order", o.id`);

const questionsOfQuiz = nestedRows(`
  SELECT ${nestedColumns(columnsOf.mCQQuestion('question'), timesOf.mCQQuestion)}, ${optionsOfQuestion} AS options
  FROM mcq_questions question
  WHERE question.quiz_id = quiz.id AND question.deleted_at IS NULL ORDER BY question."order", question.id`);

/** Materials by place; assignments and quizzes by place where they come from files, the others behind, newest first. */
export const moduleTree = read<ModuleTree>(
  'learning.module_tree',
  `SELECT ${columnsOf.module('module')},
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.material('m'), timesOf.material)} FROM materials m
      WHERE m.module_id = module.id AND m.deleted_at IS NULL AND ($2::boolean OR m.published_at IS NOT NULL)
      ORDER BY m."order", m.id`)} AS materials,
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.assignment('a'), timesOf.assignment)} FROM assignments a
      WHERE a.module_id = module.id AND a.deleted_at IS NULL AND ($2::boolean OR a.published_at IS NOT NULL)
      ORDER BY a.place, a.created_at DESC, a.id DESC`)} AS assignments,
    ${nestedRows(`
      SELECT ${nestedColumns(columnsOf.mCQQuiz('quiz'), timesOf.mCQQuiz)}, ${questionsOfQuiz} AS questions
      FROM mcq_quizzes quiz
      WHERE quiz.module_id = module.id AND quiz.deleted_at IS NULL AND ($2::boolean OR quiz.published_at IS NOT NULL)
      ORDER BY quiz.place, quiz.created_at DESC, quiz.id DESC`)} AS "mcqQuizzes"
  FROM modules module
  WHERE module.id = $1::uuid AND module.deleted_at IS NULL AND ($2::boolean OR module.published_at IS NOT NULL)
    AND EXISTS (SELECT FROM programming_languages l WHERE l.id = module.language_id AND l.deleted_at IS NULL)`,
);

function dated(tree: ModuleTree): ModuleTree {
  for (const material of tree.materials) withDates(material, timesOf.material);
  for (const assignment of tree.assignments) withDates(assignment, timesOf.assignment);
  for (const quiz of tree.mcqQuizzes) {
    withDates(quiz, timesOf.mCQQuiz);
    for (const question of quiz.questions) {
      withDates(question, timesOf.mCQQuestion);
      for (const option of question.options) withDates(option, timesOf.mCQOption);
    }
  }
  return tree;
}
