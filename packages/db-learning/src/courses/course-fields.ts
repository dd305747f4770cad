import {
  CourseLayout,
  Difficulty,
  ExerciseKind,
  ExerciseStatus,
  FileRole,
  MaterialType,
  QuestionScoring,
} from '../../generated/enums.js';

/** What a value must be; a text says what it is not. */
export type Check = (value: unknown) => string | undefined;

/** A text that PostgreSQL can hold: without NUL and without halves of characters. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && !/[\0\p{Cs}]/u.test(value);

const text: Check = (value) => (isText(value) ? undefined : 'must be a text without NUL');
const title: Check = (value) =>
  isText(value) && /\S/.test(value) ? undefined : 'must be a text that is not blank, without NUL';
const texts: Check = (value) =>
  Array.isArray(value) && value.every(isText) ? undefined : 'must be a list of texts';
const yesOrNo: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const object: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && isStorable(value)
    ? undefined
    : 'must be an object of JSON';
export const slug: Check = (value) =>
  typeof value === 'string' && value.length <= 200 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value)
    ? undefined
    : 'must be a slug: lower-case letters, digits and single hyphens';
const uuid: Check = (value) =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
    ? undefined
    : 'must be a UUID';
const oneOf =
  (members: object): Check =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(members, value)
      ? undefined
      : `must be one of ${Object.keys(members).join(', ')}`;
const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;
const score: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1_000_000
    ? undefined
    : 'must be a number from 0 to 1000000';
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const testCases: Check = (value) =>
  Array.isArray(value) &&
  value.every(
    (each) =>
      isText(each?.name) &&
      isText(each.input) &&
      isText(each.expectedOutput) &&
      typeof each.hidden === 'boolean' &&
      typeof each.points === 'number' &&
      each.points >= 0,
  ) &&
  isStorable(value)
    ? undefined
    : 'must be a list of test cases with name, input, expectedOutput, hidden and points';

/** jsonb takes any JSON without NUL. */
function isStorable(value: unknown, depth = 0): boolean {
  if (depth > 50) return false;
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return isText(value);
  if (typeof value !== 'object') return false;
  return Object.entries(value).every(([key, inner]) => isText(key) && isStorable(inner, depth + 1));
}

const INT4 = 2_147_483_647;
const minutes = orNull(whole(0, INT4));
const limit = orNull(whole(1, INT4));
const path: Check = (value) =>
  isText(value) && value.length <= 1000 && !/[\p{Cc}\\:]/u.test(value) && !/(^|\/)\.{0,2}(\/|$)/.test(value)
    ? undefined
    : 'must be a path below the folder, without a backslash or a colon';

const part = { uuid: optional(uuid), slug, published: yesOrNo, authored: object };

/** The fields of each part of a course that are columns of its row, but for lists of parts. */
export const courseFields = {
  course: {
    slug,
    name: title,
    description: orNull(text),
    icon: orNull(text),
    difficulty: oneOf(Difficulty),
    isActive: yesOrNo,
    licence: orNull(text),
    layout: oneOf(CourseLayout),
    authored: object,
  },
  module: {
    ...part,
    title,
    description: orNull(text),
    syllabus: orNull(text),
    estimatedDuration: minutes,
    authors: texts,
    contributors: texts,
  },
  material: { ...part, title, type: oneOf(MaterialType), content: text, duration: minutes },
  assignment: {
    ...part,
    title,
    place: whole(0, INT4),
    kind: orNull(oneOf(ExerciseKind)),
    status: orNull(oneOf(ExerciseStatus)),
    blurb: orNull(text),
    description: text,
    difficulty: oneOf(Difficulty),
    level: orNull(whole(1, 10)),
    topics: texts,
    prerequisites: texts,
    teaches: texts,
    practices: texts,
    authors: texts,
    contributors: texts,
    licence: orNull(text),
    source: orNull(text),
    sourceUrl: orNull(text),
    starterCode: orNull(text),
    testCases,
    hints: texts,
    maxScore: score,
    timeLimit: limit,
    estimatedDuration: minutes,
  },
  quiz: {
    ...part,
    title,
    description: orNull(text),
    passingScore: whole(0, 100),
    timeLimit: limit,
    gracePeriod: whole(0, 3600),
    maxAttempts: limit,
    cooldown: orNull(whole(0, 525_600)),
    estimatedDuration: minutes,
  },
  question: {
    question: title,
    explanation: orNull(text),
    points: whole(0, 1000),
    scoring: oneOf(QuestionScoring),
  },
  option: { text: title, isCorrect: yesOrNo },
  file: { path, role: oneOf(FileRole), executable: yesOrNo },
} satisfies Record<string, Record<string, Check>>;

export { texts as listOfTexts };
