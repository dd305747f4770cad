import type { Authored } from './course.js';
import { canonical } from './course-tables.js';

// How the fields of front matter become those of a course, and back. What has its default is not written.

interface MarkdownField {
  /** In the course, where it has another name. */
  readonly field?: string;
  readonly missing: unknown;
  /** A member of an enum, in small letters and with hyphens. */
  readonly member?: true;
}

const nothing = { missing: null };
const none = { missing: [] };

export const markdownFields = {
  course: {
    name: { missing: '' },
    slug: { missing: '' },
    difficulty: { missing: 'BEGINNER', member: true },
    icon: nothing,
    active: { field: 'isActive', missing: true },
    licence: nothing,
    extra: { field: 'authored', missing: {} },
  },
  module: {
    title: { missing: '' },
    description: nothing,
    estimatedDuration: nothing,
    prerequisites: none,
    authors: none,
    contributors: none,
    extra: { field: 'authored', missing: {} },
  },
  material: {
    title: { missing: '' },
    type: { missing: 'ARTICLE', member: true },
    duration: nothing,
    extra: { field: 'authored', missing: {} },
  },
  assignment: {
    title: { missing: '' },
    kind: { missing: null, member: true },
    status: { missing: null, member: true },
    blurb: nothing,
    difficulty: { missing: 'BEGINNER', member: true },
    level: nothing,
    topics: none,
    prerequisites: none,
    teaches: none,
    practices: none,
    authors: none,
    contributors: none,
    licence: nothing,
    source: nothing,
    sourceUrl: nothing,
    hints: none,
    maxScore: { missing: 100 },
    timeLimit: nothing,
    estimatedDuration: nothing,
    extra: { field: 'authored', missing: {} },
  },
  quiz: {
    title: { missing: '' },
    passingScore: { missing: 70 },
    timeLimit: nothing,
    gracePeriod: { missing: 0 },
    maxAttempts: nothing,
    cooldown: nothing,
    estimatedDuration: nothing,
    extra: { field: 'authored', missing: {} },
  },
  question: {
    question: { missing: '' },
    explanation: nothing,
    points: { missing: 1 },
    scoring: { missing: 'MATCH_CORRECT', member: true },
  },
  option: { text: { missing: '' }, correct: { field: 'isCorrect', missing: false } },
  testCase: {
    name: { missing: '' },
    input: { missing: '' },
    expectedOutput: { missing: '' },
    hidden: { missing: false },
    points: { missing: 1 },
  },
} satisfies Record<string, Record<string, MarkdownField>>;

export type MarkdownKind = keyof typeof markdownFields;

const NEEDED: readonly string[] = ['name', 'slug', 'title', 'question', 'text', 'input', 'expectedOutput'];

const fieldsOfKind = (kind: MarkdownKind): [string, MarkdownField][] => Object.entries(markdownFields[kind]);

export function valuesOf(kind: MarkdownKind, fields: Authored): Record<string, unknown> {
  return Object.fromEntries(
    fieldsOfKind(kind).map(([name, { field = name, missing, member }]) => {
      const value = fields[name];
      if (value === undefined) return [field, missing];
      return [field, member ? String(value).toUpperCase().replaceAll('-', '_') : value];
    }),
  );
}

export function fieldsFrom(kind: MarkdownKind, part: object): Record<string, unknown> {
  const values = part as Record<string, unknown>;
  return Object.fromEntries(
    fieldsOfKind(kind)
      .filter(
        ([name, { field = name, missing }]) =>
          NEEDED.includes(name) || canonical(values[field]) !== canonical(missing),
      )
      .map(([name, { field = name, member }]) => [
        name,
        member ? String(values[field]).toLowerCase().replaceAll('_', '-') : values[field],
      ]),
  );
}
