import type { Difficulty, FileRole } from '../../generated/client.js';
import type {
  Course,
  CourseAssignmentContent,
  CourseFileContent,
  CourseMaterialContent,
  CourseModuleContent,
  CourseQuizContent,
} from './course.js';
import { CourseInvalidError, type CourseProblem } from './course-errors.js';
import { type FolderFile, filesBelow, textOf } from './folder-files.js';
import { type MarkdownFile, parseMarkdown } from './front-matter.js';
import { type MarkdownKind, valuesOf } from './markdown-fields.js';
import { difficultyOf } from './track-exercise.js';

type Files = ReadonlyMap<string, FolderFile>;
type Fields = MarkdownFile['fields'];

/**
 * A course of Markdown files with front matter, as docs/courses.md describes it.
 *
 * @throws {CourseInvalidError} COURSE_INVALID with file, line and field of each mistake
 */
export function readMarkdown(files: Files): Course {
  const reading = new Reading();
  const course = reading.course(files);
  if (course === undefined || reading.problems.length > 0) throw new CourseInvalidError(reading.problems);
  return course;
}

const partPath = {
  modules: /^modules\/([^/]+)\/module\.md$/,
  materials: /^materials\/([^/]+)\.md$/,
  assignments: /^assignments\/([^/]+)\/assignment\.md$/,
  quizzes: /^quizzes\/([^/]+)\.md$/,
} as const;

class Reading {
  readonly problems: CourseProblem[] = [];
  #place = 0;

  course(files: Files): Course | undefined {
    const file = files.get('course.md');
    const parsed = file && parseMarkdown(file, 'course', this.problems);
    const modules = this.#parts(files, 'modules', parsed?.fields, 'course.md', (slug) =>
      this.#module(slug, filesBelow(files, `modules/${slug}/`), `modules/${slug}/`),
    );
    if (parsed === undefined) return undefined;
    const ownedByModules = new Set(modules.map(({ slug }) => slug));
    return {
      ...values<Course>('course', parsed.fields),
      layout: 'MARKDOWN',
      description: parsed.body || null,
      files: contentsOf(files, ({ path }) => {
        const [, slug = ''] = /^modules\/([^/]+)\//.exec(path) ?? [];
        return path !== 'course.md' && !ownedByModules.has(slug);
      }),
      modules,
    };
  }

  #module(slug: string, files: Files, folder: string): CourseModuleContent | undefined {
    const parsed = this.#parse(files.get('module.md'), folder, 'module');
    const fields = parsed?.fields;
    const at = `${folder}module.md`;
    const materials = this.#parts(files, 'materials', fields, at, (name) =>
      this.#material(name, files.get(`materials/${name}.md`), folder),
    );
    const assignments = this.#parts(files, 'assignments', fields, at, (name) =>
      this.#assignment(name, filesBelow(files, `assignments/${name}/`), `${folder}assignments/${name}/`),
    );
    const quizzes = this.#parts(files, 'quizzes', fields, at, (name) =>
      this.#quiz(name, files.get(`quizzes/${name}.md`), folder),
    );
    if (parsed === undefined) return undefined;
    const assigned = new Set(assignments.map((assignment) => assignment.slug));
    return {
      ...values<CourseModuleContent>('module', parsed.fields),
      ...partOf(slug, parsed.fields),
      syllabus: parsed.body || null,
      files: contentsOf(files, ({ path }) => {
        const [, name = ''] = /^assignments\/([^/]+)\//.exec(path) ?? [];
        const isPart = path === 'module.md' || partPath.materials.test(path) || partPath.quizzes.test(path);
        return !isPart && !assigned.has(name);
      }),
      materials,
      assignments,
      quizzes,
    };
  }

  #material(slug: string, file: FolderFile | undefined, folder: string): CourseMaterialContent | undefined {
    const parsed = this.#parse(file, folder, 'material');
    if (parsed === undefined) return undefined;
    const { fields, body } = parsed;
    return { ...values<CourseMaterialContent>('material', fields), ...partOf(slug, fields), content: body };
  }

  #assignment(slug: string, files: Files, folder: string): CourseAssignmentContent | undefined {
    const parsed = this.#parse(files.get('assignment.md'), folder, 'assignment');
    const place = this.#place++;
    if (parsed === undefined) return undefined;
    const { fields, body } = parsed;
    const own = values<CourseAssignmentContent>('assignment', fields);
    const roles = new Map<string, FileRole>();
    const lists = (fields.files ?? {}) as Record<string, readonly string[]>;
    for (const [list, paths] of Object.entries(lists)) {
      for (const path of paths) {
        const problem = !files.has(path) ? 'is not there' : roles.has(path) ? 'is in two lists' : undefined;
        if (problem !== undefined)
          this.problems.push({
            file: `${folder}assignment.md`,
            field: `files.${list}`,
            problem: `${path} ${problem}`,
          });
        roles.set(path, list.toUpperCase() as FileRole);
      }
    }
    const starter = files.get(lists.starter?.[0] ?? '');
    const finished = own.status !== 'WIP' && own.status !== 'DEPRECATED';
    return {
      ...own,
      ...partOf(slug, fields, finished),
      place,
      description: body,
      difficulty: fields.difficulty === undefined ? difficultyOf(own.level) : (own.difficulty as Difficulty),
      starterCode: starter === undefined ? null : textOf(starter.content),
      testCases: ((fields.testCases ?? []) as Fields[]).map((testCase) =>
        valuesOf('testCase', testCase),
      ) as never,
      files: contentsOf(files, ({ path }) => path !== 'assignment.md').map((file) => ({
        ...file,
        role: roles.get(file.path) ?? ('OTHER' as const),
      })),
    };
  }

  #quiz(slug: string, file: FolderFile | undefined, folder: string): CourseQuizContent | undefined {
    const parsed = this.#parse(file, folder, 'quiz');
    if (parsed === undefined) return undefined;
    const { fields, body } = parsed;
    return {
      ...values<CourseQuizContent>('quiz', fields),
      ...partOf(slug, fields),
      description: body || null,
      questions: (fields.questions as Fields[]).map((question) => ({
        ...values<CourseQuizContent['questions'][number]>('question', question),
        options: (question.options as Fields[]).map((option) => valuesOf('option', option)) as never,
      })),
    };
  }

  #parse(file: FolderFile | undefined, folder: string, definition: MarkdownKind): MarkdownFile | undefined {
    return file && parseMarkdown({ ...file, path: folder + file.path }, definition, this.problems);
  }

  /** The parts that a list names, in its order, and then those that it does not name, in the order of their names. */
  #parts<Part>(
    files: Files,
    list: keyof typeof partPath,
    fields: Fields | undefined,
    at: string,
    make: (slug: string) => Part | undefined,
  ): Part[] {
    const there = [...files.keys()].flatMap((path) => partPath[list].exec(path)?.[1] ?? []).sort();
    const named = (fields?.[list] ?? []) as readonly string[];
    for (const slug of named)
      if (!there.includes(slug))
        this.problems.push({ file: at, field: list, problem: `${slug} is not there` });
    const slugs = [
      ...named.filter((slug) => there.includes(slug)),
      ...there.filter((slug) => !named.includes(slug)),
    ];
    return slugs.flatMap((slug) => make(slug) ?? []);
  }
}

const values = <Part>(kind: MarkdownKind, fields: Fields): Part => valuesOf(kind, fields) as Part;

/** What is finished is published, unless the file says otherwise. */
function partOf(slug: string, { uuid, published }: Fields, finished = true) {
  return {
    ...(uuid === undefined ? {} : { uuid: String(uuid).toLowerCase() }),
    slug,
    published: (published as boolean | undefined) ?? finished,
  };
}

const contentsOf = (files: Files, isOwn: (file: FolderFile) => boolean): CourseFileContent[] =>
  [...files.values()].filter(isOwn).map((file) => ({ ...file, role: 'OTHER' as const }));
