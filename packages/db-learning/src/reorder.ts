import {
  type DateField,
  inTransaction,
  nestedColumns,
  nestedRows,
  rowOf,
  type Statement,
  statement,
  withDates,
} from '@codezest/db-core';
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

// Under a lock of the parent: of two people who reorder at once, the later order wins as a whole. Row by row the two would
// mix. The lock is a statement of its own, so that the next one sees the siblings that whoever held it has left.

/**
 * Puts the live modules of a language in this order and returns them so.
 *
 * @throws {ContentNotAvailableError} CONTENT_NOT_AVAILABLE
 * @throws {SiblingsMismatchError} SIBLINGS_MISMATCH unless the list names each live module once
 * @example
 * const modules = await reorderModules(prisma, { languageId: language.id, order: [second.id, first.id] });
 */
export async function reorderModules(
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
export async function reorderMaterials(
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
export async function reorderQuestions(
  client: Client,
  { quizId, order }: { readonly quizId: MCQQuizId; readonly order: readonly MCQQuestionId[] },
): Promise<MCQQuestion[]> {
  return reorder(client, questions, 'quiz', quizId, order);
}

interface Reordered<Sibling> {
  readonly exact: boolean;
  readonly siblings: Sibling[];
}

interface Reordering<Sibling> {
  readonly lockParent: Statement<object>;
  readonly write: Statement<Reordered<Sibling>>;
  readonly times: readonly DateField<Sibling>[];
}

function reorder<Sibling extends object>(
  client: Client,
  { lockParent, write, times }: Reordering<Sibling>,
  parent: Content,
  parentId: string,
  order: readonly string[],
): Promise<Sibling[]> {
  return inTransaction(client, async (transaction: Client) => {
    if (order.some((id) => (id as string | null) === null)) throw new SiblingsMismatchError();
    const locked = await rowOf(transaction, lockParent, [parentId]);
    if (locked === undefined) throw new ContentNotAvailableError(parent);
    const row = await rowOf(transaction, write, [parentId, order]);
    if (!row?.exact) throw new SiblingsMismatchError();
    for (const sibling of row.siblings) withDates(sibling, times);
    return row.siblings;
  });
}

/** As many given as live, and each live one given: then none is given twice, and none is a stranger. */
function reorderingOf<Sibling>(
  siblings: { table: string; columns: string; times: readonly DateField<Sibling>[] },
  parent: { table: string; column: string },
  also = '',
): Reordering<Sibling> {
  return {
    times: siblings.times,
    lockParent: statement(
      `learning.lock_parent_of_${siblings.table}`,
      `SELECT id FROM ${parent.table} WHERE id = $1::uuid AND deleted_at IS NULL FOR NO KEY UPDATE`,
    ),
    write: statement(
      `learning.reorder_${siblings.table}`,
      `WITH given AS (
        SELECT given.id, given.place FROM unnest($2::uuid[]) WITH ORDINALITY AS given(id, place)
      ), live AS (
        SELECT s.id FROM ${siblings.table} s WHERE s.${parent.column} = $1::uuid AND s.deleted_at IS NULL
      ), exact AS MATERIALIZED (
        SELECT $1::uuid AS id
        WHERE (SELECT count(*) FROM given) = (SELECT count(*) FROM live)
          AND NOT EXISTS (SELECT FROM live WHERE live.id NOT IN (SELECT given.id FROM given))
      ), ${also} written AS (
        UPDATE ${siblings.table} s SET "order" = given.place - 1, updated_at = now()
        FROM exact CROSS JOIN given
        WHERE s.id = given.id AND s.${parent.column} = exact.id AND s.deleted_at IS NULL
        RETURNING s.*
      )
      SELECT EXISTS (SELECT FROM exact) AS exact,
        ${nestedRows(`SELECT ${siblings.columns} FROM written ORDER BY written."order", written.id`)} AS siblings`,
    ),
  };
}

const modules = reorderingOf<Module>(
  {
    table: 'modules',
    columns: nestedColumns(columnsOf.module('written'), timesOf.module),
    times: timesOf.module,
  },
  { table: 'programming_languages', column: 'language_id' },
);

const materials = reorderingOf<Material>(
  {
    table: 'materials',
    columns: nestedColumns(columnsOf.material('written'), timesOf.material),
    times: timesOf.material,
  },
  { table: 'modules', column: 'module_id' },
);

const questions = reorderingOf<MCQQuestion>(
  {
    table: 'mcq_questions',
    columns: nestedColumns(columnsOf.mCQQuestion('written'), timesOf.mCQQuestion),
    times: timesOf.mCQQuestion,
  },
  { table: 'mcq_quizzes', column: 'quiz_id' },
  `edited AS (
    UPDATE mcq_quizzes q SET updated_at = greatest(now(), q.updated_at + interval '1 millisecond')
    FROM exact WHERE q.id = exact.id
  ),`,
);
