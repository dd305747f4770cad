import type { Course, CourseFileContent, CourseQuizContent } from './course.js';
import { CourseInvalidError, type CourseProblem } from './course-errors.js';
import { type Check, courseFields, listOfTexts } from './course-fields.js';

export const GREATEST_FILE_BYTES = 5 * 1024 * 1024;
const MOST_PARTS = 5_000;

/**
 * Everything that is wrong with a course, whatever was given for one.
 *
 * @throws {CourseInvalidError} COURSE_INVALID
 */
export function checkCourse(course: Course): void {
  const problems = problemsOf(course);
  if (problems.length > 0) throw new CourseInvalidError(problems);
}

export function problemsOf(course: Course): CourseProblem[] {
  const problems: CourseProblem[] = [];
  const tell = (field: string, problem: string) => problems.push({ field, problem });
  const uuids = new Set<string>();

  const fields = (place: string, part: unknown, checks: Readonly<Record<string, Check>>): boolean => {
    if (typeof part !== 'object' || part === null) {
      tell(place, 'must be an object');
      return false;
    }
    for (const [name, check] of Object.entries(checks)) {
      const problem = check((part as Record<string, unknown>)[name]);
      if (problem !== undefined) tell(place === '' ? name : `${place}.${name}`, problem);
    }
    const { uuid } = part as { uuid?: unknown };
    if (typeof uuid === 'string' && uuids.size === uuids.add(uuid.toLowerCase()).size)
      tell(`${place}.uuid`, 'is that of another part');
    return true;
  };
  function list<Part>(
    place: string,
    parts: readonly Part[],
    each: (part: Part, place: string) => void,
  ): void {
    if (!Array.isArray(parts)) return void tell(place, 'must be a list');
    if (parts.length > MOST_PARTS) return void tell(place, `has more than ${MOST_PARTS} parts`);
    const slugs = new Set<unknown>();
    for (const [index, part] of parts.entries()) {
      each(part, `${place}[${index}]`);
      const name = part?.slug ?? part?.path;
      if (name === undefined) continue;
      if (slugs.has(name)) tell(`${place}[${index}]`, 'has the slug or path of another one in this list');
      slugs.add(name);
    }
  }
  const files = (place: string, given: readonly CourseFileContent[]) =>
    list(place, given, (file, at) => {
      if (!fields(at, file, courseFields.file)) return;
      if (!(file.content instanceof Uint8Array)) tell(`${at}.content`, 'must be bytes');
      else if (file.content.length > GREATEST_FILE_BYTES) tell(`${at}.content`, 'is larger than 5 MiB');
    });

  if (!fields('', course, courseFields.course)) return problems;
  files('files', course.files);
  list('modules', course.modules, (module, at) => {
    if (!fields(at, module, courseFields.module)) return;
    files(`${at}.files`, module.files);
    const problem = listOfTexts(module.prerequisites);
    if (problem !== undefined) tell(`${at}.prerequisites`, problem);
    list(`${at}.materials`, module.materials, (material, place) =>
      fields(place, material, courseFields.material),
    );
    list(`${at}.assignments`, module.assignments, (assignment, place) => {
      if (fields(place, assignment, courseFields.assignment)) files(`${place}.files`, assignment.files);
    });
    list(`${at}.quizzes`, module.quizzes, (quiz, place) => {
      if (!fields(place, quiz, courseFields.quiz)) return;
      list(`${place}.questions`, quiz.questions, (question, inner) => {
        if (!fields(inner, question, courseFields.question)) return;
        list(`${inner}.options`, question.options, (option, last) =>
          fields(last, option, courseFields.option),
        );
      });
      if (quiz.published === true && problems.length === 0 && !isAnswerable(quiz))
        tell(
          `${place}.questions`,
          'of a published quiz each need a correct option, and give points together',
        );
    });
  });
  if (problems.length === 0) prerequisiteProblems(course, tell);
  return problems;
}

/** The rule of the database for a quiz that is published. */
const isAnswerable = ({ questions }: CourseQuizContent): boolean =>
  questions.some(({ points }) => points > 0) &&
  questions.every(({ options }) => options.some(({ isCorrect }) => isCorrect));

/** A cycle would lock its modules for ever. */
function prerequisiteProblems({ modules }: Course, tell: (field: string, problem: string) => void): void {
  const bySlug = new Map(modules.map((module) => [module.slug, module]));
  const done = new Set<string>();
  const visit = (slug: string, path: readonly string[]): void => {
    const index = modules.findIndex((module) => module.slug === slug);
    if (path.includes(slug)) {
      tell(`modules[${index}].prerequisites`, `lead back to it: ${[...path, slug].join(', ')}`);
      return;
    }
    if (done.has(slug)) return;
    for (const [place, prerequisite] of (bySlug.get(slug)?.prerequisites ?? []).entries()) {
      if (bySlug.has(prerequisite)) visit(prerequisite, [...path, slug]);
      else tell(`modules[${index}].prerequisites[${place}]`, 'is no module of the course');
    }
    done.add(slug);
  };
  for (const { slug } of modules) visit(slug, []);
}
