import {
  isRuleViolation,
  nestedColumns,
  nestedRows,
  read,
  rowOf,
  statement,
  withDates,
} from '@codezest/db-core';
import type { MCQQuestionId, MCQQuizId } from '@codezest/db-types';
import type { MCQQuiz } from '../generated/client.js';
import { columnsOf, timesOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { ContentNotAvailableError, QuizNotAnswerableError, VersionConflictError } from './learning-errors.js';
import type { QuestionTree, QuizTree } from './module-tree.js';
import { type QuestionContent, type QuizSettings, requireQuizSettings } from './quiz-settings.js';

// A question that an attempt has shown is never changed: it is retired and another one takes its place, in one statement.
// That goes for all questions, because whether one is being shown at this moment cannot be known without a lock.

export interface QuizEdit {
  readonly quizId: MCQQuizId;
  /** `updatedAt` of the quiz that was edited: the edit is refused if somebody else has edited it since. */
  readonly basedOn: Date;
  /** What is left out stays as it is. */
  readonly settings?: QuizSettings;
  /** All questions of the quiz in their order; those that are there already with their id. */
  readonly questions: readonly (QuestionContent & { readonly id?: MCQQuestionId })[];
}

/**
 * Gives a quiz these settings and these questions, as a form has them. A question that is the same stays, one that differs
 * is retired and replaced, one that is missing is retired. Attempts, answers and what they showed stay as they are, also
 * those under way.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {QuizNotAnswerableError} QUIZ_NOT_ANSWERABLE, if the quiz is published
 * @throws {QuizSettingOutOfRangeError} QUIZ_SETTING_OUT_OF_RANGE
 * @example
 * const edited = await editQuiz(prisma, {
 *   quizId: quiz.id,
 *   basedOn: quiz.updatedAt,
 *   settings: { passingScore: 80 },
 *   questions: [
 *     { question: 'What ends a loop?', options: [{ text: 'break', isCorrect: true }, { text: 'if', isCorrect: false }] },
 *   ],
 * });
 */
export async function editQuiz(client: Client, edit: QuizEdit): Promise<QuizTree> {
  const { quizId, basedOn, settings = {}, questions } = edit;
  requireQuizSettings(settings, questions);
  const answerable = isAnswerable(questions);
  const given = JSON.stringify(questions.map(withDefaults));
  const values = [quizId, basedOn, JSON.stringify(settings), given, answerable];
  const row = await refusing(rowOf(client, updateQuiz, values));
  if (row !== undefined) {
    for (const question of row.questions) datedQuestion(question);
    // The questions' own triggers have raised it since.
    const { contentVersion = row.contentVersion } = (await rowOf(client, stateOfQuiz, [quizId])) ?? {};
    return { ...row, contentVersion };
  }
  const current = await rowOf(client, stateOfQuiz, [quizId]);
  if (current === undefined) throw new ContentNotAvailableError('quiz');
  const conflict = current.updatedAt.getTime() !== Number(basedOn);
  throw conflict || !current.published || answerable
    ? new VersionConflictError()
    : new QuizNotAnswerableError();
}

/**
 * Puts a question in another one's place. Of two editors who replace the same one the second is told.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {VersionConflictError} VERSION_CONFLICT
 * @throws {QuizNotAnswerableError} QUIZ_NOT_ANSWERABLE, if the quiz is published
 * @throws {QuizSettingOutOfRangeError} QUIZ_SETTING_OUT_OF_RANGE, for its points
 * @example
 * const replacement = await replaceQuestion(prisma, {
 *   questionId: question.id,
 *   question: 'What starts a loop?',
 *   options: [{ text: 'for', isCorrect: true }, { text: 'break', isCorrect: false }],
 * });
 */
export async function replaceQuestion(
  client: Client,
  replacement: QuestionContent & { readonly questionId: MCQQuestionId },
): Promise<QuestionTree> {
  const { questionId, ...content } = replacement;
  requireQuizSettings({}, [content]);
  const answerable = hasRightOption(content);
  const given = JSON.stringify([withDefaults(content)]);
  const row = await refusing(rowOf(client, insertReplacement, [questionId, given, answerable]));
  if (row !== undefined) return datedQuestion(row);
  const current = await rowOf(client, stateOfQuestion, [questionId]);
  if (current === undefined) throw new ContentNotAvailableError('question');
  throw current.live && current.published && !answerable
    ? new QuizNotAnswerableError()
    : new VersionConflictError();
}

/**
 * Publishes a quiz that can be taken and passed; one that is published stays so since then.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {QuizNotAnswerableError} QUIZ_NOT_ANSWERABLE
 * @example
 * const published = await publishQuiz(prisma, quiz.id);
 */
export async function publishQuiz(client: Client, quizId: MCQQuizId): Promise<MCQQuiz> {
  const row = await rowOf(client, publish, [quizId]);
  if (row === undefined) throw new ContentNotAvailableError('quiz');
  const { answerable, ...quiz } = row;
  if (!answerable) throw new QuizNotAnswerableError();
  return quiz;
}

function refusing<Row>(work: Promise<Row>): Promise<Row> {
  return work.catch((cause: unknown) => {
    if (isRuleViolation(cause, 'mcq_quizzes_published_rule')) throw new QuizNotAnswerableError({ cause });
    throw cause;
  });
}

/** As `rules.is_answerable` says. */
function isAnswerable(questions: readonly QuestionContent[]): boolean {
  return questions.every(hasRightOption) && questions.some(({ points = 1 }) => points > 0);
}

function hasRightOption({ options }: QuestionContent): boolean {
  return options.some(({ isCorrect }) => isCorrect);
}

function withDefaults(content: QuestionContent): QuestionContent {
  const { explanation = null, points = 1, scoring = 'MATCH_CORRECT' } = content;
  const options = content.options.map(({ text, isCorrect }) => ({ text, isCorrect }));
  return { ...content, explanation, points, scoring, options };
}

function datedQuestion(question: QuestionTree): QuestionTree {
  for (const option of question.options) withDates(option, timesOf.mCQOption);
  return withDates(question, timesOf.mCQQuestion);
}

const nestedOption = nestedColumns(columnsOf.mCQOption('option'), timesOf.mCQOption);
const nestedQuestion = nestedColumns(columnsOf.mCQQuestion('question'), timesOf.mCQQuestion);

/** Content as JSON, numbered from 1. */
const givenQuestions = (json: string) => `
  ROWS FROM (jsonb_to_recordset(${json}::jsonb) AS (
    id uuid, question text, explanation text, points int, scoring "QuestionScoring", options jsonb)) WITH ORDINALITY
  AS given(id, question, explanation, points, scoring, options, place)`;

/** The options of `created` questions, found in `given` by their order. */
const insertOptions = `
  INSERT INTO mcq_options (id, question_id, option_text, is_correct, "order")
  SELECT rules.new_id(), created.id, o.value ->> 'text', (o.value ->> 'isCorrect')::boolean, o.place - 1
  FROM created JOIN given ON given.place - 1 = created."order"
  CROSS JOIN LATERAL jsonb_array_elements(given.options) WITH ORDINALITY AS o(value, place)
  RETURNING *`;

/** Later than before, also for two edits within a millisecond: editors tell each other apart by it. */
const touched = "updated_at = greatest(now(), q.updated_at + interval '1 millisecond')";

const settingOf = (name: string, type = 'text') => {
  const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `${column} = CASE WHEN $3::jsonb ? '${name}' THEN ($3::jsonb ->> '${name}')::${type} ELSE q.${column} END`;
};

const updateQuiz = statement<QuizTree>(
  'learning.edit_quiz',
  `WITH given AS (SELECT * FROM ${givenQuestions('$4')}), live AS (
    SELECT q.id, q.question, q.points, q.scoring, (
      SELECT coalesce(jsonb_agg(
        jsonb_build_object('text', o.option_text, 'isCorrect', o.is_correct) ORDER BY o."order", o.id), '[]')
      FROM mcq_options o WHERE o.question_id = q.id AND o.deleted_at IS NULL) AS options
    FROM mcq_questions q WHERE q.quiz_id = $1::uuid AND q.deleted_at IS NULL
  ), quiz AS (
    UPDATE mcq_quizzes q SET
      ${settingOf('title')}, ${settingOf('description')}, ${settingOf('passingScore', 'int')},
      ${settingOf('timeLimit', 'int')}, ${settingOf('gracePeriod', 'int')}, ${settingOf('maxAttempts', 'int')},
      ${settingOf('cooldown', 'int')}, ${settingOf('estimatedDuration', 'int')}, ${touched}
    WHERE q.id = $1::uuid AND q.deleted_at IS NULL AND q.updated_at = $2::timestamptz(3)
      AND ($5::boolean OR q.published_at IS NULL)
      -- Each id once, and of a question that is there.
      AND (SELECT count(given.id) FROM given) = (SELECT count(*) FROM live WHERE live.id IN (SELECT given.id FROM given))
    RETURNING q.*
  ), kept AS (
    UPDATE mcq_questions q SET "order" = given.place - 1, explanation = given.explanation, updated_at = now()
    FROM quiz CROSS JOIN given JOIN live ON live.id = given.id
    WHERE q.id = live.id
      AND (live.question, live.points, live.scoring, live.options)
        = (given.question, given.points, given.scoring, given.options)
    RETURNING q.*
  ), retired AS (
    UPDATE mcq_questions q SET deleted_at = now(), updated_at = now()
    FROM quiz CROSS JOIN live
    WHERE q.id = live.id AND NOT EXISTS (SELECT FROM kept WHERE kept.id = live.id)
  ), created AS (
    INSERT INTO mcq_questions (id, quiz_id, question, explanation, "order", points, scoring)
    SELECT rules.new_id(), quiz.id, given.question, given.explanation, given.place - 1, given.points, given.scoring
    FROM quiz CROSS JOIN given WHERE NOT EXISTS (SELECT FROM kept WHERE kept.id = given.id)
    RETURNING *
  ), options AS (${insertOptions}
  ), question AS (
    SELECT * FROM kept UNION ALL SELECT * FROM created
  ), option AS (
    SELECT o.* FROM mcq_options o JOIN kept ON kept.id = o.question_id WHERE o.deleted_at IS NULL
    UNION ALL SELECT * FROM options
  )
  SELECT ${columnsOf.mCQQuiz('quiz')}, ${nestedRows(`
    SELECT ${nestedQuestion}, ${nestedRows(`
      SELECT ${nestedOption} FROM option WHERE option.question_id = question.id
      ORDER BY option."order", option.id`)} AS options
    FROM question ORDER BY question."order"`)} AS questions
  FROM quiz`,
);

/** The quiz is locked before the question, as `editQuiz` and the rule of published quizzes do. */
const insertReplacement = statement<QuestionTree>(
  'learning.replace_question',
  `WITH quiz AS (
    UPDATE mcq_quizzes q SET ${touched}
    FROM mcq_questions question
    WHERE question.id = $1::uuid AND question.deleted_at IS NULL AND q.id = question.quiz_id
      AND q.deleted_at IS NULL AND ($3::boolean OR q.published_at IS NULL)
    RETURNING q.id
  ), retired AS (
    UPDATE mcq_questions q SET deleted_at = now(), updated_at = now()
    FROM quiz WHERE q.id = $1::uuid AND q.quiz_id = quiz.id AND q.deleted_at IS NULL
    RETURNING q.quiz_id, q."order"
  ), given AS (
    SELECT given.*, retired.quiz_id, retired."order", retired."order" + 1 AS place
    FROM (SELECT question, explanation, points, scoring, options FROM ${givenQuestions('$2')}) AS given CROSS JOIN retired
  ), created AS (
    INSERT INTO mcq_questions (id, quiz_id, question, explanation, "order", points, scoring)
    SELECT rules.new_id(), quiz_id, question, explanation, "order", points, scoring FROM given
    RETURNING *
  ), option AS (${insertOptions}
  )
  SELECT ${columnsOf.mCQQuestion('created')}, ${nestedRows(`
    SELECT ${nestedOption} FROM option ORDER BY option."order", option.id`)} AS options
  FROM created`,
);

const publish = statement<MCQQuiz & { answerable: boolean }>(
  'learning.publish_quiz',
  `SELECT published.answerable, ${columnsOf.mCQQuiz('(published.quiz)')} FROM rules.publish_quiz($1::uuid) AS published`,
);

const stateOfQuiz = read<Pick<MCQQuiz, 'updatedAt' | 'contentVersion'> & { published: boolean }>(
  'learning.state_of_quiz',
  `SELECT updated_at AS "updatedAt", content_version AS "contentVersion", published_at IS NOT NULL AS published
  FROM mcq_quizzes WHERE id = $1::uuid AND deleted_at IS NULL`,
);

const stateOfQuestion = statement<{ live: boolean; published: boolean }>(
  'learning.state_of_question',
  `SELECT question.deleted_at IS NULL AS live, quiz.published_at IS NOT NULL AS published
  FROM mcq_questions question JOIN mcq_quizzes quiz ON quiz.id = question.quiz_id AND quiz.deleted_at IS NULL
  WHERE question.id = $1::uuid`,
);
