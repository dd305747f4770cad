import type { Course, CourseFileContent } from './course.js';
import { together } from './track-config.js';
import { listedOf, metaOf } from './track-exercise.js';

type Config = Record<string, unknown>;

/** The files of a track that a course came from: its own as they were, config files with two blanks and a line feed. */
export function writeTrack(course: Course): CourseFileContent[] {
  const files: CourseFileContent[] = [...course.files];
  const below = (folder: string, own: readonly CourseFileContent[], meta: Config | undefined) => {
    for (const file of own) files.push({ ...file, path: folder + file.path });
    if (meta !== undefined) files.push(jsonFile(`${folder}.meta/config.json`, meta));
  };
  const exercises = course.modules
    .flatMap(({ assignments }) => assignments)
    .sort((a, b) => a.place - b.place);
  const lists: { concept: Config[]; practice: Config[] } = { concept: [], practice: [] };
  for (const exercise of exercises) {
    const kind = exercise.kind === 'CONCEPT' ? 'concept' : 'practice';
    const { listed, meta } = exercise.authored;
    lists[kind].push(together(listedOf(exercise), listed));
    below(
      `exercises/${kind}/${exercise.slug}/`,
      exercise.files,
      meta === undefined ? undefined : together(metaOf(exercise), meta),
    );
  }
  const concepts: Config[] = [];
  for (const module of course.modules) {
    const { listed, meta } = module.authored;
    // Practice exercises have a module that is no concept.
    if (listed === undefined) continue;
    concepts.push(together({ uuid: module.uuid, slug: module.slug, name: module.title }, listed));
    const { authors, contributors, description } = module;
    below(
      `concepts/${module.slug}/`,
      module.files,
      meta === undefined ? undefined : together({ authors, contributors, blurb: description }, meta),
    );
  }
  const { config, exercises: others } = course.authored;
  const language = {
    language: course.name,
    slug: course.slug,
    active: course.isActive,
    blurb: course.description,
  };
  files.push(
    jsonFile('config.json', {
      ...together(language, config),
      exercises: together({ concept: lists.concept, practice: lists.practice }, others),
      concepts,
    }),
  );
  return files;
}

const jsonFile = (path: string, value: unknown): CourseFileContent => ({
  path,
  role: 'OTHER',
  executable: false,
  content: Buffer.from(`${JSON.stringify(value, null, 2)}\n`),
});
