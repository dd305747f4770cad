import { courseFields } from './course-fields.js';

/** A row as PostgreSQL's to_jsonb gives it: columns by their names, times as texts. */
export type Row = Readonly<Record<string, unknown>>;

/** A table whose rows are parts of a course. Each has an id, a slug, `published_at`, `deleted_at` and `authored`. */
export interface PartTable {
  readonly kind: 'module' | 'material' | 'assignment' | 'quiz';
  readonly table: string;
  readonly parent: 'language_id' | 'module_id';
  /** The columns that a course says, but for the parent. */
  readonly columns: readonly string[];
  /** Where the place of a part in its list stands. */
  readonly placed: 'order' | 'place';
}

export const columnOf = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const NO_COLUMN = ['uuid', 'published', 'place'];

export const fieldsOf = (kind: keyof typeof courseFields): string[] =>
  Object.keys(courseFields[kind]).filter((field) => !NO_COLUMN.includes(field));

const columns = (kind: PartTable['kind'], ...more: string[]): string[] => [
  ...fieldsOf(kind).map(columnOf),
  ...more,
  'published_at',
];

export const partTables = {
  module: {
    kind: 'module',
    table: 'modules',
    parent: 'language_id',
    columns: columns('module', 'order'),
    placed: 'order',
  },
  material: {
    kind: 'material',
    table: 'materials',
    parent: 'module_id',
    columns: columns('material', 'order'),
    placed: 'order',
  },
  assignment: {
    kind: 'assignment',
    table: 'assignments',
    parent: 'module_id',
    columns: columns('assignment', 'place'),
    placed: 'place',
  },
  quiz: {
    kind: 'quiz',
    table: 'mcq_quizzes',
    parent: 'module_id',
    columns: columns('quiz', 'place'),
    placed: 'place',
  },
} as const satisfies Record<PartTable['kind'], PartTable>;

/** JSON with its keys in order: jsonb keeps no order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
