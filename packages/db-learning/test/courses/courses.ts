import { readCourseFolder } from '../../src/courses/course-folder.js';
import type { CourseContent } from '../../src/index.js';
import { copyOf, folderOf, markdownFiles, trackFiles } from './folders.js';

export const courseOf = (files: Record<string, string | Uint8Array>): CourseContent =>
  readCourseFolder(folderOf(files));
export const trackOf = (number: number, change?: Parameters<typeof trackFiles>[0]): CourseContent =>
  courseOf(copyOf(trackFiles(change), number));
export const markdownOf = (
  number: number,
  changed: Record<string, string | undefined> = {},
): CourseContent => {
  const files = { ...markdownFiles(), ...changed };
  return courseOf(
    copyOf(
      Object.fromEntries(
        Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])),
      ),
      number,
    ),
  );
};
