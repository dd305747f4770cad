import {
  type Content,
  ContentNotAvailableError,
  NotEnrolledError,
  PrerequisitesUnmetError,
} from './learning-errors.js';

// What a learner does in a module needs two things: to be enrolled in its language, and to have completed the module's
// prerequisites. Whoever has started the module goes on, also when a prerequisite is added later.

/** What a statement tells of the learner's admission. No row at all: the content is not available. */
export interface Admission {
  readonly enrolled: boolean;
  readonly unmet: number;
}

/** The module `target.module_id` waits for these: they ask something, and the learner `$1` has not completed them. */
const unmet = (columns: string, target: string) => `
  SELECT ${columns} FROM module_prerequisites required JOIN modules m ON m.id = required.prerequisite_id
  WHERE required.module_id = ${target} AND rules.asks(m) AND NOT EXISTS (
    SELECT FROM module_progress p
    WHERE p.user_id = $1::uuid AND p.module_id = required.prerequisite_id AND p.status = 'COMPLETED')
  AND NOT EXISTS (
    SELECT FROM module_progress p
    WHERE p.user_id = $1::uuid AND p.module_id = ${target} AND p.started_at IS NOT NULL)`;

/** The unmet prerequisites of module `$2`; none for who has started it. */
export const unmetOf = (columns: string): string => unmet(columns, '$2::uuid');

/**
 * CTE `candidate`: `target` (with module_id and language_id) and whether the learner `$1` is admitted there. Whatever the
 * statement writes, it writes for `candidate WHERE admitted`.
 */
export const candidate = `
  candidate AS (
    SELECT judged.*, judged.enrolled AND judged.unmet = 0 AS admitted
    FROM (
      SELECT target.*,
        EXISTS (
          SELECT FROM language_enrollments e
          WHERE e.user_id = $1::uuid AND e.language_id = target.language_id AND e.status <> 'DROPPED') AS enrolled,
        (${unmet('count(*)::int', 'target.module_id')}) AS unmet
      FROM target) judged)`;

/** Joins of a live, published module and its live language to a table with module_id. */
export function liveModuleOf(alias: string): string {
  return `JOIN modules module ON module.id = ${alias}.module_id AND module.deleted_at IS NULL
      AND module.published_at IS NOT NULL
    JOIN programming_languages language ON language.id = module.language_id AND language.deleted_at IS NULL`;
}

/** @throws {ContentNotAvailableError | NotEnrolledError | PrerequisitesUnmetError} unless the learner was admitted. */
export function requireAdmission<Row extends Admission>(row: Row | undefined, content: Content): Row {
  if (row === undefined) throw new ContentNotAvailableError(content);
  if (!row.enrolled) throw new NotEnrolledError();
  if (row.unmet > 0) throw new PrerequisitesUnmetError(row.unmet);
  return row;
}
