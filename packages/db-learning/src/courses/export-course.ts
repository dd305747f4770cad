import {
  inTransaction,
  type QueryingClient,
  RecordNotFoundError,
  requireText,
  rowsOf,
  type Statement,
  statement,
} from '@codezest/db-core';
import type { CourseLayout, FileRole } from '../../generated/client.js';
import type { Client } from '../client.js';
import type { Course, CourseFileContent, CourseModuleContent, CourseQuizContent } from './course.js';
import {
  type CourseState,
  findLanguage,
  readCourseState,
  type StoredFile,
  type StoredQuestion,
} from './course-state.js';
import { columnOf, fieldsOf, type Row } from './course-tables.js';
import { COURSE_TIMEOUT_MS } from './import-course.js';

/**
 * A live language with its live content, drafts included, as a course that `importCourse` takes: as it was imported, or, of
 * what was not, with slugs made from titles. Every part has its uuid. All of one moment.
 *
 * @param slug of the language
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @example
 * const course = await exportCourse(prisma, 'python');
 */
export async function exportCourse(client: Client, slug: string): Promise<Course> {
  return inTransaction(
    client,
    async (open: Client) => {
      requireText(slug, 'slug');
      const language = await findLanguage(open, slug);
      if (language === null || language.deleted_at !== null) throw new RecordNotFoundError('language');
      const state = await readCourseState(open, language, []);
      return courseOf(language, state, await filesOf(open, state));
    },
    { isolationLevel: 'RepeatableRead', timeout: COURSE_TIMEOUT_MS },
  );
}

type Files = ReadonlyMap<unknown, readonly CourseFileContent[]>;

function courseOf(language: Row, state: CourseState, files: Files): Course {
  return {
    ...fieldValues('course', language),
    layout: (language.layout ?? 'MARKDOWN') as CourseLayout,
    authored: language.authored ?? {},
    files: files.get(language.id) ?? [],
    modules: live(state.modules, 'order').map((row) => moduleOf(row, state, files)),
  } as unknown as Course;
}

function moduleOf(row: Row, state: CourseState, files: Files): CourseModuleContent {
  const slugs = new Map(live(state.modules, 'order').map(({ id, slug }) => [id, slug]));
  const own = (rows: readonly Row[], placed: string) =>
    live(
      rows.filter(({ module_id }) => module_id === row.id),
      placed,
    );
  return {
    ...partOf('module', row, String(row.slug)),
    prerequisites: state.prerequisites
      .filter(({ module_id }) => module_id === row.id)
      .flatMap(({ prerequisite_id }) => slugs.get(prerequisite_id) ?? [])
      .sort(),
    files: files.get(row.id) ?? [],
    materials: withSlugs(own(state.materials, 'order'), (material, slug) =>
      partOf('material', material, slug),
    ),
    assignments: withSlugs(own(state.assignments, 'place'), (assignment, slug, index) => ({
      ...partOf('assignment', assignment, slug),
      place: assignment.place ?? index,
      files: withStarter(files.get(assignment.id) ?? [], assignment),
    })),
    quizzes: withSlugs(own(state.quizzes, 'place'), (quiz, slug) => ({
      ...partOf('quiz', quiz, slug),
      questions: questionsOf(quiz, state.questions),
    })),
  } as unknown as CourseModuleContent;
}

function partOf(kind: 'module' | 'material' | 'assignment' | 'quiz', row: Row, slug: string): object {
  return {
    ...fieldValues(kind, row),
    uuid: row.id,
    slug,
    published: row.published_at !== null,
    authored: row.authored ?? {},
  };
}

function questionsOf(quiz: Row, questions: readonly StoredQuestion[]): CourseQuizContent['questions'] {
  return live(
    questions.filter(({ quiz_id }) => quiz_id === quiz.id),
    'order',
  ).map((row) => ({
    ...fieldValues('question', row),
    options: (row as StoredQuestion).options.map(({ option_text, is_correct }) => ({
      text: option_text,
      isCorrect: is_correct,
    })),
  })) as unknown as CourseQuizContent['questions'];
}

const fieldValues = (kind: Parameters<typeof fieldsOf>[0], row: Row): object =>
  Object.fromEntries(fieldsOf(kind).map((field) => [field, row[columnOf(field)]]));

/** In the order of their places; what has none as learners see it, newest first. */
function live(rows: readonly Row[], placed: string): Row[] {
  const place = (row: Row) => (row[placed] as number | null) ?? Number.MAX_SAFE_INTEGER;
  const age = (row: Row) => `${row.created_at} ${row.id}`;
  return rows
    .filter((row) => row.deleted_at === null)
    .sort((a, b) => place(a) - place(b) || (placed === 'order' ? order(a.id, b.id) : order(age(b), age(a))));
}

const order = (a: unknown, b: unknown): number => (String(a) < String(b) ? -1 : 1);

function withSlugs<Part>(
  rows: readonly Row[],
  make: (row: Row, slug: string, index: number) => Part,
): Part[] {
  const taken = new Set(rows.map(({ slug }) => slug));
  return rows.map((row, index) => {
    let slug = row.slug as string | null;
    for (let number = 1; slug === null; number += 1) {
      const candidate = [slugOf(String(row.title)), ...(number === 1 ? [] : [number])].join('-');
      if (taken.has(candidate)) continue;
      taken.add(candidate);
      slug = candidate;
    }
    return make(row, slug, index);
  });
}

const slugOf = (title: string): string =>
  title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '') || 'part';

function withStarter(
  files: readonly CourseFileContent[],
  { starter_code }: Row,
): readonly CourseFileContent[] {
  if (typeof starter_code !== 'string' || files.length > 0) return files;
  return [{ path: 'starter', role: 'STARTER', executable: false, content: Buffer.from(starter_code) }];
}

/** By their owners, in the order of their paths. The contents come in portions, because a statement has a limit in time. */
async function filesOf(client: QueryingClient, { files }: CourseState): Promise<Files> {
  const PORTION = 500;
  const contents = new Map<string, string>();
  for (let start = 0; start < files.length; start += PORTION) {
    const ids = files.slice(start, start + PORTION).map(({ id }) => id);
    for (const { id, content } of await rowsOf(client, contentsOfFiles, [ids])) contents.set(id, content);
  }
  const byOwner = new Map<string, CourseFileContent[]>();
  for (const file of [...files].sort(byPath)) {
    const { id, owner, path, executable } = file;
    const content = new Uint8Array(Buffer.from(contents.get(id) ?? '', 'base64'));
    const list = byOwner.get(owner) ?? [];
    list.push({ path, role: file.role as FileRole, executable, content });
    byOwner.set(owner, list);
  }
  return byOwner;
}

const byPath = (a: StoredFile, b: StoredFile): number => order(a.path, b.path);

const contentsOfFiles: Statement<{ id: string; content: string }> = statement(
  'learning.course_file_contents',
  "SELECT f.id, encode(f.content, 'base64') AS content FROM course_files f WHERE f.id = ANY ($1::uuid[])",
);
