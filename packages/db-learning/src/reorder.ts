import { nestedColumns, nestedRows, rowOf, type Statement, statement, withDates } from '@codezest/db-core';
import type {
  MaterialId,
  MCQQuestionId,
  MCQQuizId,
  ModuleId,
  ProgrammingLanguageId,
} from '@codezest/db-types';
import type { Material, MCQQuestion, Module } from '../generated/client.js';
import { columnsOf, timesOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { type Content, ContentNotAvailableError, SiblingsMismatchError } from './learning-errors.js';

// One statement under a lock of the parent: of two people who reorder at once, the later order wins as a whole. Row by row
// the two would mix.

/**
 * Puts the live modules of a language in this order and returns them so.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {SiblingsMismatchError} SIBLINGS_MISMATCH unless the list names each live module once
 * @example
 * const modules = await reorderModules(prisma, { languageId: language.id, order: [second.id, first.id] });
 */
export function reorderModules(
  client: Client,
  { languageId, order }: { readonly languageId: ProgrammingLanguageId; readonly order: readonly ModuleId[] },
): Promise<Module[]> {
  return reorder(client, modules, 'language', languageId, order);
}

/**
 * Puts the live materials of a module in this order and returns them so.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {SiblingsMismatchError} SIBLINGS_MISMATCH unless the list names each live material once
 * @example
 * const materials = await reorderMaterials(prisma, { moduleId: module.id, order: materialIds });
 */
export function reorderMaterials(
  client: Client,
  { moduleId, order }: { readonly moduleId: ModuleId; readonly order: readonly MaterialId[] },
): Promise<Material[]> {
  return reorder(client, materials, 'module', moduleId, order);
}

/**
 * Puts the live questions of a quiz in this order and returns them so. Counts as an edit of the quiz.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {SiblingsMismatchError} SIBLINGS_MISMATCH unless the list names each live question once
 * @example
 * const questions = await reorderQuestions(prisma, { quizId: quiz.id, order: questionIds });
 */
export function reorderQuestions(
  client: Client,
  { quizId, order }: { readonly quizId: MCQQuizId; readonly order: readonly MCQQuestionId[] },
): Promise<MCQQuestion[]> {
  return reorder(client, questions, 'quiz', quizId, order);
}

interface Reordered<Sibling> {
  readonly exact: boolean;
  readonly siblings: Sibling[];
}

/** Siblings of each kind have the times of a module. */
type Timed = Pick<Module, (typeof timesOf.module)[number]>;

async function reorder<Sibling extends Timed>(
  client: Client,
  sql: Statement<Reordered<Sibling>>,
  parent: Content,
  parentId: string,
  order: readonly string[],
): Promise<Sibling[]> {
  const row = await rowOf(client, sql, [parentId, order]);
  if (row === undefined) throw new ContentNotAvailableError(parent);
  if (!row.exact) throw new SiblingsMismatchError();
  for (const sibling of row.siblings) withDates<Timed>(sibling, timesOf.module);
  return row.siblings;
}

/** As many given as live, and each live one given: then none is given twice, and none is a stranger. */
function reorderStatement<Sibling>(
  siblings: { table: string; columns: string },
  parent: { table: string; column: string },
  also = '',
): Statement<Reordered<Sibling>> {
  return statement(
    `learning.reorder_${siblings.table}`,
    `WITH parent AS MATERIALIZED (
      SELECT id FROM ${parent.table} WHERE id = $1::uuid AND deleted_at IS NULL FOR NO KEY UPDATE
    ), given AS (
      SELECT given.id, given.place FROM unnest($2::uuid[]) WITH ORDINALITY AS given(id, place)
    ), live AS (
      SELECT s.id FROM ${siblings.table} s WHERE s.${parent.column} = $1::uuid AND s.deleted_at IS NULL
    ), exact AS MATERIALIZED (
      SELECT parent.id FROM parent
      WHERE (SELECT count(*) FROM given) = (SELECT count(*) FROM live)
        AND NOT EXISTS (SELECT FROM live WHERE live.id NOT IN (SELECT given.id FROM given))
    ), ${also} written AS (
      UPDATE ${siblings.table} s SET "order" = given.place - 1, updated_at = now()
      FROM exact CROSS JOIN given
      WHERE s.id = given.id AND s.${parent.column} = exact.id AND s.deleted_at IS NULL
      RETURNING s.*
    )
    SELECT EXISTS (SELECT FROM exact) AS exact,
      ${nestedRows(`SELECT ${siblings.columns} FROM written ORDER BY written."order", written.id`)} AS siblings
    FROM parent`,
  );
}

const modules = reorderStatement<Module>(
  { table: 'modules', columns: nestedColumns(columnsOf.module('written'), timesOf.module) },
  { table: 'programming_languages', column: 'language_id' },
);

const materials = reorderStatement<Material>(
  { table: 'materials', columns: nestedColumns(columnsOf.material('written'), timesOf.material) },
  { table: 'modules', column: 'module_id' },
);

const questions = reorderStatement<MCQQuestion>(
  { table: 'mcq_questions', columns: nestedColumns(columnsOf.mCQQuestion('written'), timesOf.mCQQuestion) },
  { table: 'mcq_quizzes', column: 'quiz_id' },
  `edited AS (
    UPDATE mcq_quizzes q SET updated_at = greatest(now(), q.updated_at + interval '1 millisecond')
    FROM exact WHERE q.id = exact.id
  ),`,
);
