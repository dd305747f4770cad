import type { CliOptions } from '@codezest/db-core/cli';
import type { CourseChange } from './courses/course-change.js';

type AddCommands = NonNullable<CliOptions['addCommands']>;

interface ImportFlags {
  readonly check?: true;
  readonly dryRun?: boolean;
  readonly json?: true;
}

/** `import-course` and `export-course`. The client, and what reads the files, is loaded when needed. */
export const addCourseCommands: AddCommands = (program, context) => {
  const { terminal, command } = context;
  program
    .command('import-course <folder>')
    .summary('bring a course to what its files say')
    .description(
      'Reads a course from a folder, Markdown with front matter or a track of Exercism, shows how it differs from what is ' +
        'stored, and stores it: all of it or nothing. What is no longer in the folder is withdrawn, with what learners did ' +
        'kept, and comes back when it is there again. Then brings the progress of learners to what is true, in batches. Run ' +
        'it again at any time. docs/courses.md describes the files.',
    )
    .option('--check', 'only say what is wrong with the files; needs no database')
    .option('--dry-run', 'only say what would be changed')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, { check, dryRun = false, json }: ImportFlags) => {
      const { readCourseFolder } = await import('./courses/course-folder.js');
      const course = readCourseFolder(folder);
      if (check) {
        const parts = course.modules.flatMap((each) => [
          each,
          ...each.materials,
          ...each.assignments,
          ...each.quizzes,
        ]);
        if (json) terminal.json({ course: course.slug, parts: parts.length, problems: [] });
        else terminal.print(`${course.slug}: ${parts.length} parts, nothing is wrong.`);
        return;
      }
      const { createClient } = await import('./client.js');
      const { importCourse } = await import('./courses/import-course.js');
      const { refreshStaleProgress } = await import('./stale-progress.js');
      const { transaction } = await import('./retry.js');
      const client = createClient({ url: context.databaseUrl() });
      try {
        if (!json) print((await importCourse(client, course, { dryRun: true })).changes, context);
        if (dryRun) {
          if (json)
            terminal.json({
              course: course.slug,
              dryRun,
              ...(await importCourse(client, course, { dryRun })),
            });
          return;
        }
        const { changes } = await transaction(client, (open) => importCourse(open, course), {
          timeout: 120_000,
          idempotent: true,
        });
        let refreshed = 0;
        for (let more = true; more; ) {
          const batch = await refreshStaleProgress(client);
          refreshed += batch.refreshed;
          more = batch.more;
          // Whoever is learning at that moment is left for the next batch, or the next run.
          if (batch.refreshed === 0) break;
        }
        if (json) terminal.json({ course: course.slug, dryRun, changes, refreshed });
        else
          terminal.print(
            `${terminal.colors.green('Stored:')} ${count(changes)}, progress recomputed: ${refreshed}`,
          );
      } finally {
        await client.$disconnect();
      }
    })
    .addHelpText(
      'after',
      `
Examples:
  ${command} import-course courses/python --check    in the pipeline of the authors
  ${command} import-course courses/python --dry-run  what it would change
  ${command} import-course courses/python            after a merge`,
    );
  program
    .command('export-course <language> <folder>')
    .summary('write a course as files')
    .description(
      'Writes the course of a language, named by its slug, into a folder that is empty or not there: in the form that it came ' +
        'in, or as Markdown where it did not come from files. What is deleted is left out.',
    )
    .option('--json', 'print the result as JSON')
    .action(async (language: string, folder: string, { json }: { json?: true }) => {
      const { createClient } = await import('./client.js');
      const { exportCourse } = await import('./courses/export-course.js');
      const { writeCourseFolder } = await import('./courses/course-folder.js');
      const client = createClient({ url: context.databaseUrl() });
      try {
        const files = writeCourseFolder(await exportCourse(client, language), folder);
        if (json) terminal.json({ course: language, files });
        else terminal.print(`${terminal.colors.green('Written:')} ${files} files`);
      } finally {
        await client.$disconnect();
      }
    })
    .addHelpText(
      'after',
      `\nExamples:\n  ${command} export-course python courses/python  begin to keep a course in files`,
    );
};

const signs: Readonly<Record<CourseChange['action'], string>> = {
  create: '+',
  change: '~',
  restore: '+',
  withdraw: '-',
  remove: '-',
};

function print(changes: readonly CourseChange[], { terminal }: Parameters<AddCommands>[1]): void {
  for (const { action, kind, name, columns } of changes) {
    const which = columns === undefined ? '' : ` (${columns.join(', ')})`;
    terminal.print(`  ${signs[action]} ${action} ${kind} ${name}${which}`);
  }
  if (changes.length === 0) terminal.print('The course is stored as the files say.');
}

const count = (changes: readonly CourseChange[]): string =>
  changes.length === 1 ? '1 change' : `${changes.length} changes`;
