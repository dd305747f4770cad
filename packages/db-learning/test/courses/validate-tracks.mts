// Imports real tracks, exports them and compares what comes out with what went in, file by file. Outside `npm test`, because
// tracks are not in this repository: `pnpm validate:tracks ../python ../javascript`.

import { filesOfCourse, readCourseFolder } from '../../src/courses/course-folder.js';
import { canonical } from '../../src/courses/course-tables.js';
import { type FolderFile, filesOfFolder } from '../../src/courses/folder-files.js';
import { exportCourse, importCourse } from '../../src/index.js';
import { createTestDatabase } from '../../src/testing.js';

const isConfig = (path: string): boolean => path === 'config.json' || path.endsWith('/.meta/config.json');
const parsed = (content: Uint8Array): string => canonical(JSON.parse(Buffer.from(content).toString()));

/** Config files may have their fields in another order; everything else is the same to the byte. */
function differences(
  before: ReadonlyMap<string, FolderFile>,
  after: ReadonlyMap<string, FolderFile>,
): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => {
    const [one, other] = [before.get(path), after.get(path)];
    if (one === undefined || other === undefined || one.executable !== other.executable) return true;
    if (Buffer.compare(one.content, other.content) === 0) return false;
    return !isConfig(path) || parsed(one.content) !== parsed(other.content);
  });
}

const folders = process.argv.slice(2).filter((argument) => argument !== '--');
if (folders.length === 0) {
  console.error('Name the folders of tracks: pnpm validate:tracks <folder>…');
  process.exit(1);
}
const database = await createTestDatabase();
try {
  for (const folder of folders) {
    const files = filesOfFolder(folder);
    const course = readCourseFolder(folder);
    const started = performance.now();
    const first = await importCourse(database.client, course);
    const took = performance.now() - started;
    const second = await importCourse(database.client, readCourseFolder(folder));
    const written = filesOfCourse(await exportCourse(database.client, course.slug));
    const lost = differences(files, new Map(written.map((file) => [file.path, file])));
    const exercises = course.modules.flatMap(({ assignments }) => assignments);
    const count = (kind: string) => exercises.filter((exercise) => exercise.kind === kind).length;
    console.log(
      `${course.slug}: ${count('CONCEPT')} concept and ${count('PRACTICE')} practice exercises, ` +
        `${course.modules.filter(({ authored }) => 'listed' in authored).length} concepts, ${files.size} files; ` +
        `${first.changes.length} changes in ${Math.round(took)} ms, ${second.changes.length} in a second import; ` +
        `${written.length} files came out, ${lost.length} of them missing or different`,
    );
    for (const path of lost) console.log(`  ${path}`);
    if (lost.length > 0 || second.changes.length > 0) process.exitCode = 1;
  }
} finally {
  await database.drop();
}
