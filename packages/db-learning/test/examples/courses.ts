import { type Client, type CourseContent, exportCourse, importCourse } from '../../src/index.js';

/** What an import would do: `create module loops`, `withdraw assignment sum`. */
export async function previewCourse(client: Client, course: CourseContent): Promise<string[]> {
  const { changes } = await importCourse(client, course, { dryRun: true });
  return changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
}

/** An editor's change of one title, by way of the course: the title in the files has to follow. */
export async function renameModule(client: Client, slug: string, module: string, title: string) {
  const course = await exportCourse(client, slug);
  const modules = course.modules.map((each) => (each.slug === module ? { ...each, title } : each));
  return importCourse(client, { ...course, modules });
}
