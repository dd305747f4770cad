import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CodezestDbError } from '@codezest/db-core';
import { problemsOf } from './check-course.js';
import type { Course, CourseFileContent } from './course.js';
import { CourseInvalidError, type CourseProblem } from './course-errors.js';
import { type FolderFile, filesOfFolder, textOf } from './folder-files.js';
import { readMarkdown } from './read-markdown.js';
import { readTrack } from './read-track.js';
import { writeMarkdown } from './write-markdown.js';
import { writeTrack } from './write-track.js';

/** The folder of an export has something in it, which would be mixed with the course. Nothing was written. */
export class CourseFolderNotEmptyError extends CodezestDbError {
  constructor() {
    super('COURSE_FOLDER_NOT_EMPTY', 'The folder is not empty. Name one that is, or that is not there yet.');
  }
}

/**
 * The course of a folder, in whichever of the two forms its files have. Wholly checked.
 *
 * @throws {CourseInvalidError} COURSE_INVALID with file, line and field of each mistake
 */
export function readCourseFolder(folder: string): Course {
  const files = filesOfFolder(folder);
  const course = courseOfFiles(files);
  const problems = problemsOf(course).map((problem) => placed(problem, course, files));
  if (problems.length > 0) throw new CourseInvalidError(problems);
  return course;
}

function courseOfFiles(files: ReadonlyMap<string, FolderFile>): Course {
  if (files.has('course.md')) return readMarkdown(files);
  if (files.has('config.json')) return readTrack(files);
  throw new CourseInvalidError([
    { file: 'course.md', problem: 'is missing, and config.json of a track as well' },
  ]);
}

/** The files of a course in the form that it came in. */
export const filesOfCourse = (course: Course): CourseFileContent[] =>
  course.layout === 'EXERCISM' ? writeTrack(course) : writeMarkdown(course);

/**
 * Writes a course into a folder that is empty or not there, and returns how many files that makes.
 *
 * @throws {CourseFolderNotEmptyError} COURSE_FOLDER_NOT_EMPTY
 */
export function writeCourseFolder(course: Course, folder: string): number {
  if (existsSync(folder) && (!lstatSync(folder).isDirectory() || readdirSync(folder).length > 0))
    throw new CourseFolderNotEmptyError();
  const files = filesOfCourse(course);
  mkdirSync(folder, { recursive: true });
  for (const { path, content, executable } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { mode: executable ? 0o755 : 0o644, flag: 'wx' });
  }
  return files.length;
}

/** A problem of the whole course, at the file and line that it comes from. */
function placed(
  { field = '', problem }: CourseProblem,
  course: Course,
  files: ReadonlyMap<string, FolderFile>,
): CourseProblem {
  const [, module, list, part, rest = ''] =
    /^modules\[(\d+)\](?:\.(materials|assignments|quizzes)\[(\d+)\])?\.?(.*)$/.exec(field) ?? [];
  const found = module === undefined ? undefined : course.modules[Number(module)];
  const slug = list === undefined ? found?.slug : found?.[list as 'materials'][Number(part)]?.slug;
  const file = fileOf(course, found?.slug, list, slug);
  const said = found === undefined ? field : rest;
  const name = course.layout === 'EXERCISM' ? said : nameInFrontMatter(said);
  const line = lineIn(
    files.get(file),
    course.layout === 'EXERCISM' ? `"${slug}"` : `${name.split(/[.[]/)[0]}:`,
  );
  return { file, ...(line === undefined ? {} : { line }), field: name, problem };
}

/** A field of a course by its name in front matter. */
const nameInFrontMatter = (field: string): string =>
  field.replace(/^authored/, 'extra').replace(/^isActive/, 'active');

function fileOf(
  { layout }: Course,
  module: string | undefined,
  list: string | undefined,
  slug: string | undefined,
): string {
  if (layout === 'EXERCISM') return 'config.json';
  if (module === undefined) return 'course.md';
  if (list === undefined) return `modules/${module}/module.md`;
  return list === 'assignments'
    ? `modules/${module}/assignments/${slug}/assignment.md`
    : `modules/${module}/${list}/${slug}.md`;
}

function lineIn(file: FolderFile | undefined, sought: string): number | undefined {
  const lines = (file === undefined ? null : textOf(file.content))?.split('\n') ?? [];
  const index = lines.findIndex((line) => line.trimStart().startsWith(sought) || line.includes(sought));
  return index === -1 ? undefined : index + 1;
}
