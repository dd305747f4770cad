import type { Authored, Course, CourseAssignmentContent, CourseModuleContent } from './course.js';
import { CourseInvalidError, type CourseProblem } from './course-errors.js';
import { type FolderFile, filesBelow, textOf } from './folder-files.js';
import { beyond, textIn, textsIn } from './track-config.js';
import { exerciseOf } from './track-exercise.js';
import { type ConceptEntry, type ExerciseEntry, parseTrackFile, type TrackConfig } from './track-files.js';

export const PRACTICE_MODULE = 'practice-exercises';

/**
 * A track of Exercism as it is published. A concept is a module, with its about.md to read and the exercises that teach
 * it; its prerequisites are those of these exercises. Practice exercises are the assignments of a module of their own,
 * which no other waits for: nobody has to do all of them to go on. What is in work or deprecated is not published.
 *
 * @throws {CourseInvalidError} COURSE_INVALID
 */
export function readTrack(files: ReadonlyMap<string, FolderFile>): Course {
  const left = new Map(files);
  const problems: CourseProblem[] = [];
  const config = parseTrackFile(take(left, 'config.json'), 'trackConfig', problems) as
    | TrackConfig
    | undefined;
  if (config === undefined) throw new CourseInvalidError(problems);

  let place = 0;
  const exercises = (kind: 'CONCEPT' | 'PRACTICE', entries: readonly ExerciseEntry[] = []) =>
    entries.map((entry) => {
      const folder = `exercises/${kind.toLowerCase()}/${entry.slug}/`;
      return exerciseOf(entry, kind, place++, takeBelow(left, folder), folder, problems);
    });
  const { concept, practice, ...otherExercises } = config.exercises;
  const teaching = exercises('CONCEPT', concept);
  const practising = exercises('PRACTICE', practice);
  const concepts = config.concepts.map((entry) =>
    conceptOf(entry, takeBelow(left, `concepts/${entry.slug}/`), teaching, config, problems),
  );
  const known = new Set(concepts.map(({ slug }) => slug));
  for (const exercise of teaching) {
    const home = exercise.teaches.find((slug) => known.has(slug));
    concepts.find(({ slug }) => slug === home)?.assignments.push(exercise);
    if (home === undefined) practising.push(exercise);
  }
  if (problems.length > 0) throw new CourseInvalidError(problems);

  const { exercises: _exercises, concepts: _concepts, ...fields } = config;
  const language = {
    language: config.language,
    slug: config.slug,
    active: config.active,
    blurb: textIn(config.blurb),
  };
  return {
    layout: 'EXERCISM',
    slug: config.slug,
    name: config.language,
    description: textIn(config.blurb),
    icon: null,
    difficulty: 'BEGINNER',
    isActive: config.active,
    licence: null,
    authored: {
      config: beyond(fields, language),
      exercises: { ...otherExercises, ...emptyLists({ concept, practice }) },
    },
    files: [...left.values()].map((file) => ({ ...file, role: 'OTHER' as const })),
    modules: [...concepts, ...practiceModule(practising, known)],
  };
}

interface Concept extends CourseModuleContent {
  readonly assignments: CourseAssignmentContent[];
}

function conceptOf(
  entry: ConceptEntry,
  files: ReadonlyMap<string, FolderFile>,
  teaching: readonly CourseAssignmentContent[],
  track: TrackConfig,
  problems: CourseProblem[],
): Concept {
  const left = new Map(files);
  const folder = `concepts/${entry.slug}/`;
  const metaFile = take(left, '.meta/config.json');
  const meta = metaFile && parseTrackFile({ ...metaFile, path: folder + metaFile.path }, 'meta', problems);
  const teachers = teaching.filter(({ teaches, published }) => published && teaches.includes(entry.slug));
  const authors = textsIn(meta?.authors);
  const contributors = textsIn(meta?.contributors);
  const description = textIn(meta?.blurb);
  const about = textFile(files.get('about.md'), folder, problems);
  const known = new Set(track.concepts.map(({ slug }) => slug));
  const waitsFor = teachers.flatMap(({ prerequisites }) => prerequisites);
  return {
    uuid: entry.uuid.toLowerCase(),
    slug: entry.slug,
    title: entry.name,
    description,
    syllabus: textFile(files.get('introduction.md'), folder, problems),
    estimatedDuration: null,
    authors,
    contributors,
    // Exercism shows a concept once an exercise teaches it, and none while the track has its learning mode off.
    published: teachers.length > 0 && (track.status as Authored | undefined)?.concept_exercises !== false,
    prerequisites: [...new Set(waitsFor)].filter((slug) => slug !== entry.slug && known.has(slug)).sort(),
    authored: {
      listed: beyond({ ...entry }, { uuid: entry.uuid.toLowerCase(), slug: entry.slug, name: entry.name }),
      ...(meta === undefined ? {} : { meta: beyond(meta, { authors, contributors, blurb: description }) }),
    },
    files: [...left.values()].map((file) => ({ ...file, role: 'OTHER' as const })),
    materials:
      about === null
        ? []
        : [
            {
              slug: 'about',
              title: entry.name,
              type: 'ARTICLE',
              content: about,
              duration: null,
              published: true,
              authored: {},
            },
          ],
    assignments: [],
    quizzes: [],
  };
}

/** Last, under a slug that no concept has. */
function practiceModule(
  exercises: readonly CourseAssignmentContent[],
  taken: ReadonlySet<string>,
): CourseModuleContent[] {
  if (exercises.length === 0) return [];
  let slug = PRACTICE_MODULE;
  while (taken.has(slug)) slug += '-too';
  return [
    {
      slug,
      title: 'Practice exercises',
      description: null,
      syllabus: null,
      estimatedDuration: null,
      authors: [],
      contributors: [],
      published: true,
      prerequisites: [],
      authored: {},
      files: [],
      materials: [],
      assignments: exercises,
      quizzes: [],
    },
  ];
}

/** A list that is there and empty is authored: nothing else tells it from one that is not there. */
const emptyLists = (lists: Record<string, readonly unknown[] | undefined>): Authored =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list?.length === 0));

function textFile(file: FolderFile | undefined, folder: string, problems: CourseProblem[]): string | null {
  if (file === undefined) return null;
  const text = textOf(file.content);
  if (text !== null) return text;
  problems.push({ file: folder + file.path, problem: 'is no text in UTF-8' });
  return null;
}

function take(files: Map<string, FolderFile>, path: string): FolderFile | undefined {
  const file = files.get(path);
  files.delete(path);
  return file;
}

function takeBelow(files: Map<string, FolderFile>, folder: string): Map<string, FolderFile> {
  const below = filesBelow(files, folder);
  for (const path of below.keys()) files.delete(folder + path);
  return below;
}
