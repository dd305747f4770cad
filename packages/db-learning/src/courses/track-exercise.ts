import type { Difficulty, ExerciseKind, ExerciseStatus, FileRole } from '../../generated/client.js';
import type { Course, CourseAssignmentContent } from './course.js';
import type { CourseProblem } from './course-errors.js';
import { type FolderFile, textOf } from './folder-files.js';
import { beyond, textIn, textsIn } from './track-config.js';
import { type ExerciseEntry, parseTrackFile } from './track-files.js';

/** The lists of files in .meta/config.json, and what the files are for. */
export const roleOfList: Readonly<Record<string, FileRole>> = {
  solution: 'STARTER',
  test: 'TEST',
  editor: 'EDITOR',
  exemplar: 'EXEMPLAR',
  example: 'EXAMPLE',
  invalidator: 'INVALIDATOR',
};

/** The documents of an exercise that a learner is shown, one after the other. */
const SHOWN = ['introduction', 'introduction.append', 'instructions', 'instructions.append'];

/** Easy, medium and hard, as Exercism shows them. */
export const difficultyOf = (level: number | null): Difficulty =>
  level !== null && level > 7 ? 'ADVANCED' : level !== null && level > 3 ? 'INTERMEDIATE' : 'BEGINNER';

export function exerciseOf(
  entry: ExerciseEntry,
  kind: ExerciseKind,
  place: number,
  files: ReadonlyMap<string, FolderFile>,
  folder: string,
  problems: CourseProblem[],
): CourseAssignmentContent {
  const metaFile = files.get('.meta/config.json');
  const meta = metaFile && parseTrackFile({ ...metaFile, path: folder + metaFile.path }, 'meta', problems);
  const roles = new Map<string, FileRole>();
  for (const [list, role] of Object.entries(roleOfList))
    for (const path of textsIn((meta?.files as Record<string, unknown> | undefined)?.[list]))
      if (!roles.has(path)) roles.set(path, role);
  const own = [...files.values()]
    .filter((file) => file !== metaFile)
    .map((file) => ({ ...file, role: roles.get(file.path) ?? ('OTHER' as const) }));
  const [starter = ''] = textsIn((meta?.files as Record<string, unknown> | undefined)?.solution);

  const status = entry.status === undefined ? null : statusOf(entry.status);
  const level = levelOf(entry.difficulty);
  const columns = {
    kind,
    status,
    level,
    topics: textsIn(entry.topics),
    prerequisites: textsIn(entry.prerequisites),
    practices: kind === 'PRACTICE' ? textsIn(entry.practices) : [],
    teaches: kind === 'CONCEPT' ? textsIn(entry.concepts) : [],
    blurb: textIn(meta?.blurb),
    authors: textsIn(meta?.authors),
    contributors: textsIn(meta?.contributors),
    source: textIn(meta?.source),
    sourceUrl: textIn(meta?.source_url),
  };
  const assignment: CourseAssignmentContent = {
    uuid: entry.uuid.toLowerCase(),
    slug: entry.slug,
    title: entry.name,
    place,
    published: status !== 'WIP' && status !== 'DEPRECATED',
    description: shownOf(files),
    difficulty: difficultyOf(level),
    licence: null,
    starterCode: textAt(files, starter),
    testCases: [],
    hints: hintsOf(textAt(files, '.docs/hints.md')),
    maxScore: 100,
    timeLimit: null,
    estimatedDuration: null,
    authored: {},
    files: own,
    ...columns,
  };
  return {
    ...assignment,
    authored: {
      listed: beyond({ ...entry }, listedOf(assignment)),
      ...(meta === undefined ? {} : { meta: beyond(meta, metaOf(assignment)) }),
    },
  };
}

/** The entry in config.json that the columns give. */
export function listedOf(
  assignment: Course['modules'][number]['assignments'][number],
): Record<string, unknown> {
  const { slug, title, uuid, kind, prerequisites, practices, teaches, level, topics, status } = assignment;
  return {
    slug,
    name: title,
    uuid,
    [kind === 'CONCEPT' ? 'concepts' : 'practices']: kind === 'CONCEPT' ? teaches : practices,
    prerequisites,
    difficulty: level,
    topics,
    status: status?.toLowerCase(),
  };
}

/** The .meta/config.json that the columns and the roles of the files give. */
export function metaOf(
  assignment: Course['modules'][number]['assignments'][number],
): Record<string, unknown> {
  const { authors, contributors, blurb, source, sourceUrl, files } = assignment;
  const lists = Object.entries(roleOfList).map(
    ([list, role]) =>
      [
        list,
        files
          .filter((file) => file.role === role)
          .map(({ path }) => path)
          .sort(),
      ] as const,
  );
  return {
    authors,
    contributors,
    files: Object.fromEntries(lists.filter(([, paths]) => paths.length > 0)),
    blurb,
    source,
    source_url: sourceUrl,
  };
}

const STATUSES: readonly string[] = ['WIP', 'BETA', 'ACTIVE', 'DEPRECATED'];
const statusOf = (status: unknown): ExerciseStatus | null =>
  typeof status === 'string' && status === status.toLowerCase() && STATUSES.includes(status.toUpperCase())
    ? (status.toUpperCase() as ExerciseStatus)
    : null;

const levelOf = (difficulty: unknown): number | null =>
  Number.isInteger(difficulty) && (difficulty as number) >= 1 && (difficulty as number) <= 10
    ? (difficulty as number)
    : null;

const textAt = (files: ReadonlyMap<string, FolderFile>, path: string): string | null => {
  const file = files.get(path);
  return file === undefined ? null : textOf(file.content);
};

const shownOf = (files: ReadonlyMap<string, FolderFile>): string =>
  SHOWN.flatMap((name) => textAt(files, `.docs/${name}.md`) ?? [])
    .map((text) => text.trimEnd())
    .join('\n\n');

/** The points of hints.md, each with the lines that belong to it; the titles between them say only what a point is about. */
function hintsOf(text: string | null): string[] {
  const hints: string[] = [];
  for (const line of (text ?? '').split(/\r?\n/)) {
    if (/^[-*] /.test(line)) hints.push(line.slice(2).trim());
    else if (hints.length > 0 && /^\s+\S/.test(line)) hints.push(`${hints.pop()}\n${line.trimEnd()}`);
  }
  return hints;
}
