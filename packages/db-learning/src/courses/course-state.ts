import { type QueryingClient, rowOf, type Statement, statement } from '@codezest/db-core';
import type { Row } from './course-tables.js';

export interface StoredQuestion extends Row {
  readonly id: string;
  readonly quiz_id: string;
  readonly options: readonly Row[];
}

export interface StoredFile {
  readonly id: string;
  readonly owner: string;
  readonly path: string;
  readonly role: string;
  readonly executable: boolean;
  /** SHA-256 of the content, in hex. */
  readonly hash: string;
}

/** A language with everything in it, what was deleted included. */
export interface CourseState {
  readonly language: Row | null;
  readonly modules: readonly Row[];
  readonly materials: readonly Row[];
  readonly assignments: readonly Row[];
  readonly quizzes: readonly Row[];
  readonly questions: readonly StoredQuestion[];
  readonly prerequisites: readonly {
    readonly id: string;
    readonly module_id: string;
    readonly prerequisite_id: string;
  }[];
  readonly files: readonly StoredFile[];
}

/** Of several languages of that slug the live one, or the one that was deleted last. */
export async function findLanguage(client: QueryingClient, slug: string): Promise<Row | null> {
  return (await rowOf(client, languageOfSlug, [slug]))?.row ?? null;
}

/** `uuids`: parts of other languages that have one of these are among the rows, so that they are found out. */
export async function readCourseState(
  client: QueryingClient,
  language: Row | null,
  uuids: readonly string[],
): Promise<CourseState> {
  const state = await rowOf(client, stateOfLanguage, [language?.id ?? null, uuids]);
  if (state === undefined) throw new TypeError('One row was expected.');
  return { ...state, language };
}

const languageOfSlug: Statement<{ row: Row }> = statement(
  'learning.course_language',
  `SELECT to_jsonb(l) AS row FROM programming_languages l WHERE l.slug = $1::text
  ORDER BY l.deleted_at DESC NULLS FIRST, l.id DESC LIMIT 1`,
);

const parts = (table: string): string =>
  `(SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.deleted_at DESC NULLS FIRST, t.id), '[]')
    FROM ${table} t WHERE t.module_id IN (SELECT id FROM own_modules) OR t.id = ANY ($2::uuid[]))`;

const stateOfLanguage: Statement<Omit<CourseState, 'language'>> = statement(
  'learning.course_state',
  `WITH own_modules AS MATERIALIZED (SELECT id FROM modules WHERE language_id = $1::uuid)
  SELECT
    (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'content_version' - 'step_count' ORDER BY t.deleted_at DESC NULLS FIRST, t.id), '[]')
     FROM modules t WHERE t.language_id = $1::uuid OR t.id = ANY ($2::uuid[])) AS modules,
    ${parts('materials')} AS materials,
    ${parts('assignments')} AS assignments,
    ${parts('mcq_quizzes')} AS quizzes,
    (SELECT coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('options', (
        SELECT coalesce(jsonb_agg(to_jsonb(o) ORDER BY o."order", o.id), '[]')
        FROM mcq_options o WHERE o.question_id = t.id AND o.deleted_at IS NULL)) ORDER BY t."order", t.id), '[]')
     FROM mcq_questions t
     WHERE t.quiz_id IN (SELECT q.id FROM mcq_quizzes q WHERE q.module_id IN (SELECT id FROM own_modules))) AS questions,
    (SELECT coalesce(jsonb_agg(to_jsonb(p)), '[]') FROM module_prerequisites p
     WHERE p.module_id IN (SELECT id FROM own_modules)) AS prerequisites,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', f.id, 'owner', coalesce(f.language_id, f.module_id, f.assignment_id), 'path', f.path, 'role', f.role,
        'executable', f.executable, 'hash', encode(sha256(f.content), 'hex'))), '[]')
     FROM course_files f
     WHERE f.language_id = $1::uuid OR f.module_id IN (SELECT id FROM own_modules)
       OR f.assignment_id IN (
         SELECT a.id FROM assignments a WHERE a.module_id IN (SELECT id FROM own_modules))) AS files`,
);
