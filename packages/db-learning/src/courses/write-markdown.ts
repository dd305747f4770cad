import type {
  Course,
  CourseAssignmentContent,
  CourseFileContent,
  CoursePart,
  CourseQuizContent,
} from './course.js';
import { textOf } from './folder-files.js';
import { markdownOf } from './front-matter.js';
import { fieldsFrom } from './markdown-fields.js';
import { difficultyOf } from './track-exercise.js';

type Fields = Record<string, unknown>;

/** The files of a course as Markdown with front matter. Every list is written, and every uuid. */
export function writeMarkdown(course: Course): CourseFileContent[] {
  const files: CourseFileContent[] = [...course.files];
  const write = (path: string, fields: Fields, body: string | null) => {
    files.push({ path, role: 'OTHER', executable: false, content: markdownOf({ fields, body: body ?? '' }) });
  };
  const below = (folder: string, own: readonly CourseFileContent[]) => {
    for (const file of own) files.push({ ...file, path: folder + file.path });
  };
  write(
    'course.md',
    { ...fieldsFrom('course', course), ...slugsIn(course, ['modules']) },
    course.description,
  );
  for (const module of course.modules) {
    const folder = `modules/${module.slug}/`;
    const lists = slugsIn(module, ['materials', 'assignments', 'quizzes']);
    write(
      `${folder}module.md`,
      { ...fieldsFrom('module', module), ...partFields(module), ...lists },
      module.syllabus,
    );
    below(folder, module.files);
    for (const material of module.materials)
      write(
        `${folder}materials/${material.slug}.md`,
        { ...fieldsFrom('material', material), ...partFields(material) },
        material.content,
      );
    for (const assignment of module.assignments) {
      const own = `${folder}assignments/${assignment.slug}/`;
      write(`${own}assignment.md`, assignmentFields(assignment), assignment.description);
      below(own, assignment.files);
    }
    for (const quiz of module.quizzes)
      write(`${folder}quizzes/${quiz.slug}.md`, quizFields(quiz), quiz.description);
  }
  return files;
}

function assignmentFields(assignment: CourseAssignmentContent): Fields {
  const { level, difficulty, status, files, starterCode, testCases } = assignment;
  const { difficulty: _said, ...fields } = fieldsFrom('assignment', assignment);
  const roles = rolesOf(files, starterCode);
  const tests = (testCases as object[]).map((testCase) => fieldsFrom('testCase', testCase));
  return {
    ...fields,
    ...(difficulty === difficultyOf(level) ? {} : { difficulty: difficulty.toLowerCase() }),
    ...(Object.keys(roles).length > 0 ? { files: roles } : {}),
    ...(tests.length > 0 ? { testCases: tests } : {}),
    ...partFields(assignment, status !== 'WIP' && status !== 'DEPRECATED'),
  };
}

/** The file that a learner begins with is the first of its list. */
function rolesOf(files: readonly CourseFileContent[], starterCode: string | null): Record<string, string[]> {
  const roles: Record<string, string[]> = {};
  for (const { path, role, content } of files) {
    if (role === 'OTHER') continue;
    const name = role.toLowerCase();
    const list = roles[name] ?? [];
    roles[name] = role === 'STARTER' && textOf(content) === starterCode ? [path, ...list] : [...list, path];
  }
  return roles;
}

function quizFields(quiz: CourseQuizContent): Fields {
  return {
    ...fieldsFrom('quiz', quiz),
    ...partFields(quiz),
    questions: quiz.questions.map((question) => ({
      ...fieldsFrom('question', question),
      options: question.options.map((option) => fieldsFrom('option', option)),
    })),
  };
}

const partFields = ({ uuid, published }: CoursePart, finished = true): Fields => ({
  ...(uuid === undefined ? {} : { uuid }),
  ...(published === finished ? {} : { published }),
});

const slugsIn = <Part extends object>(part: Part, lists: readonly (keyof Part & string)[]): Fields =>
  Object.fromEntries(
    lists
      .map((list) => [list, (part[list] as readonly { slug: string }[]).map(({ slug }) => slug)] as const)
      .filter(([, slugs]) => slugs.length > 0),
  );
