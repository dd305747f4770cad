import type { CourseProblem } from './course-errors.js';
import { valueOfDocument } from './document-problems.js';
import { type FolderFile, textOf } from './folder-files.js';

/** What config.json of a track must have; it has more, which is kept as it is. */
export interface TrackConfig {
  readonly language: string;
  readonly slug: string;
  readonly active: boolean;
  readonly exercises: {
    readonly concept?: readonly ExerciseEntry[];
    readonly practice?: readonly ExerciseEntry[];
    readonly [other: string]: unknown;
  };
  readonly concepts: readonly ConceptEntry[];
  readonly [other: string]: unknown;
}

export interface ExerciseEntry {
  readonly slug: string;
  readonly name: string;
  readonly uuid: string;
  readonly [other: string]: unknown;
}

export type ConceptEntry = ExerciseEntry;

export type TrackDefinition = 'trackConfig' | 'meta';

/** A JSON file of a track. JSON is read as such, because YAML reads some of it otherwise; YAML knows the lines. */
export function parseTrackFile(
  file: FolderFile | undefined,
  definition: TrackDefinition,
  problems: CourseProblem[],
): Record<string, unknown> | undefined {
  if (file === undefined) {
    problems.push({ file: 'config.json', problem: 'is missing' });
    return undefined;
  }
  const text = textOf(file.content)?.replace(/^\uFEFF/, '');
  if (text === undefined) {
    problems.push({ file: file.path, problem: 'is no text in UTF-8' });
    return undefined;
  }
  const known = problems.length;
  const value = valueOfDocument({ file: file.path, text, linesBefore: 0 }, definition, problems);
  if (problems.length > known) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    problems.push({ file: file.path, problem: value === undefined ? 'cannot be read' : 'is no JSON' });
    return undefined;
  }
}
