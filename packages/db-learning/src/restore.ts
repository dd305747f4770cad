import { isUniqueViolation, rowOf, type Statement, statement } from '@codezest/db-core';
import type { ModuleId, ProgrammingLanguageId } from '@codezest/db-types';
import type { Module, ProgrammingLanguage } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { NameTakenError, RecordNotFoundError, SlugTakenError } from './learning-errors.js';

/**
 * Takes the deletion of a language back and returns the language. One that is not deleted is returned as it is.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {SlugTakenError} SLUG_TAKEN by another live language
 * @throws {NameTakenError} NAME_TAKEN by another live language
 * @example
 * const language = await restoreLanguage(prisma, languageId);
 */
export async function restoreLanguage(
  client: Client,
  languageId: ProgrammingLanguageId,
): Promise<ProgrammingLanguage> {
  return restore(client, languageRestored, 'language', languageId);
}

/**
 * Takes the deletion of a module back and returns the module. One that is not deleted is returned as it is. The progress
 * of learners follows by `refreshStaleProgress`.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {SlugTakenError} SLUG_TAKEN by another live module of the language
 * @example
 * const module = await restoreModule(prisma, moduleId);
 */
export async function restoreModule(client: Client, moduleId: ModuleId): Promise<Module> {
  return restore(client, moduleRestored, 'module', moduleId);
}

async function restore<Row>(
  client: Client,
  restored: Statement<Row>,
  kind: 'language' | 'module',
  id: string,
): Promise<Row> {
  const row = await rowOf(client, restored, [id]).catch((cause: unknown) => {
    if (isUniqueViolation(cause, 'slug')) throw new SlugTakenError(kind, { cause });
    if (isUniqueViolation(cause, 'name')) throw new NameTakenError({ cause });
    throw cause;
  });
  if (row === undefined) throw new RecordNotFoundError(kind);
  return row;
}

/** One that is live keeps its time. It is written all the same: who waited for another restoration returns its row. */
const restoring = <Row>(table: string, columns: string) =>
  statement<Row>(
    `learning.restore_${table}`,
    `UPDATE ${table} SET deleted_at = NULL, updated_at = CASE
      WHEN deleted_at IS NULL THEN updated_at ELSE greatest(now(), updated_at + interval '1 millisecond') END
    WHERE id = $1::uuid
    RETURNING ${columns}`,
  );

const languageRestored = restoring<ProgrammingLanguage>(
  'programming_languages',
  columnsOf.programmingLanguage('programming_languages'),
);
const moduleRestored = restoring<Module>('modules', columnsOf.module('modules'));
