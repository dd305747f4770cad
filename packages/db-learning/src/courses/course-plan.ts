import { newId } from '@codezest/db-core';
import type { Course, CourseFileContent, CoursePart } from './course.js';
import type { CourseChange } from './course-change.js';
import { CourseConflictError } from './course-errors.js';
import type { CourseState } from './course-state.js';
import { canonical, columnOf, fieldsOf, type PartTable, partTables, type Row } from './course-tables.js';
import { type FilePlan, planFiles } from './file-plan.js';
import { planQuestions, type QuestionPlan } from './question-plan.js';

export interface TablePlan {
  readonly table: PartTable;
  readonly inserts: Row[];
  readonly updates: Row[];
  /** Rows that no file of the course is about any more. */
  readonly withdrawn: string[];
  /** Rows that change their slug or their module: they make way for those that take their place. */
  readonly parked: string[];
}

export interface CoursePlan {
  readonly changes: readonly CourseChange[];
  readonly language: { readonly row: Row; readonly exists: boolean; readonly changes: boolean };
  readonly tables: readonly TablePlan[];
  readonly questions: QuestionPlan;
  readonly prerequisites: { readonly added: readonly Row[]; readonly removed: readonly Row[] };
  readonly files: FilePlan;
}

/** What leads from what is stored to the course. `now` is the time of whatever is published by it. */
export function planCourse(course: Course, state: CourseState, now: Date): CoursePlan {
  const changes: CourseChange[] = [];
  const language = planLanguage(course, state.language, changes);
  const owners: { id: string; name: string; files: readonly CourseFileContent[] }[] = [
    { id: language.row.id as string, name: '', files: course.files },
  ];
  const place: Surroundings = {
    changes,
    now,
    ownModules: new Set(
      state.modules.filter(({ language_id }) => language_id === language.row.id).map(({ id }) => id),
    ),
    uuids: new Set(uuidsOf(course)),
  };
  const modules = new PartPlan(partTables.module, state.modules, place);
  const materials = new PartPlan(partTables.material, state.materials, place);
  const assignments = new PartPlan(partTables.assignment, state.assignments, place);
  const quizzes = new PartPlan(partTables.quiz, state.quizzes, place);
  const questions: QuestionPlan = { inserts: [], updates: [], options: [] };
  const ids = new Map<string, string>();
  let quizPlace = 0;
  for (const [order, module] of course.modules.entries()) {
    const id = modules.add(module, language.row.id as string, module.slug, { order });
    ids.set(module.slug, id);
    owners.push({ id, name: module.slug, files: module.files });
    const named = ({ slug }: CoursePart) => `${module.slug}/${slug}`;
    for (const [index, material] of module.materials.entries())
      materials.add(material, id, named(material), { order: index });
    for (const assignment of module.assignments) {
      const assignmentId = assignments.add(assignment, id, named(assignment), { place: assignment.place });
      owners.push({ id: assignmentId, name: named(assignment), files: assignment.files });
    }
    for (const quiz of module.quizzes) {
      const quizId = quizzes.add(quiz, id, named(quiz), { place: quizPlace++ });
      planQuestions(quiz.questions, quizId, state.questions, questions, (change) =>
        changes.push({ ...change, name: named(quiz) }),
      );
    }
  }
  const tables = [modules, materials, assignments, quizzes].map((part) => part.done());
  const prerequisites = planPrerequisites(course, ids, state, changes);
  const files = planFiles(owners, state.files, (change) => changes.push(change));
  return { changes, language, tables, questions, prerequisites, files };
}

function planLanguage(course: Course, stored: Row | null, changes: CourseChange[]): CoursePlan['language'] {
  const row = rowOfFields('course', course);
  if (stored === null) {
    changes.push({ action: 'create', kind: 'language', name: course.slug });
    return { row: { id: newId(), ...row }, exists: false, changes: true };
  }
  const columns = differing(row, stored);
  const restored = stored.deleted_at !== null;
  if (restored) changes.push({ action: 'restore', kind: 'language', name: course.slug });
  else if (columns.length > 0)
    changes.push({ action: 'change', kind: 'language', name: course.slug, columns });
  return { row: { id: stored.id, ...row }, exists: true, changes: restored || columns.length > 0 };
}

interface Surroundings {
  readonly changes: CourseChange[];
  readonly now: Date;
  /** Ids of the modules of the language. */
  readonly ownModules: ReadonlySet<unknown>;
  /** Those that parts of the course have. */
  readonly uuids: ReadonlySet<unknown>;
}

/** The parts of one kind, matched with what is stored as they come. */
class PartPlan {
  readonly #plan: TablePlan;
  readonly #names = new Map<string, string>();
  readonly #rows: Map<string, Row>;
  readonly #matched = new Set<string>();

  constructor(
    table: PartTable,
    stored: readonly Row[],
    private readonly around: Surroundings,
  ) {
    this.#plan = { table, inserts: [], updates: [], withdrawn: [], parked: [] };
    this.#rows = new Map(stored.map((row) => [row.id as string, row]));
  }

  /** Returns the id of the part's row. */
  add(part: CoursePart, parentId: string, name: string, more: Row): string {
    const { table, inserts, updates, parked } = this.#plan;
    const { changes, now } = this.around;
    const stored = this.#storedFor(part, parentId, name);
    const row: Row = {
      id: stored?.id ?? part.uuid?.toLowerCase() ?? newId(),
      [table.parent]: parentId,
      ...rowOfFields(table.kind, part),
      ...more,
      published_at: part.published ? (stored?.published_at ?? now.toISOString()) : null,
    };
    this.#matched.add(row.id as string);
    this.#names.set(row.id as string, name);
    if (stored === undefined) {
      inserts.push(row);
      changes.push({ action: 'create', kind: table.kind, name });
      return row.id as string;
    }
    const columns = differing(row, stored);
    const restored = stored.deleted_at !== null;
    if (!restored && columns.length === 0) return row.id as string;
    updates.push(row);
    if (!restored && (columns.includes('slug') || columns.includes(table.parent)))
      parked.push(row.id as string);
    changes.push(
      restored
        ? { action: 'restore', kind: table.kind, name }
        : { action: 'change', kind: table.kind, name, columns },
    );
    return row.id as string;
  }

  done(): TablePlan {
    for (const row of this.#rows.values()) {
      const id = row.id as string;
      if (this.#matched.has(id) || row.deleted_at !== null || row.authored === null) continue;
      if (!this.#isOwn(row)) continue;
      this.#plan.withdrawn.push(id);
      this.around.changes.push({ action: 'withdraw', kind: this.#plan.table.kind, name: String(row.slug) });
    }
    return this.#plan;
  }

  /** By its uuid; without one by its slug, among what was deleted only what had come from files. */
  #storedFor(part: CoursePart, parentId: string, name: string): Row | undefined {
    const { kind, parent } = this.#plan.table;
    const siblings = [...this.#rows.values()].filter(
      (row) => row.slug === part.slug && row[parent] === parentId,
    );
    if (part.uuid === undefined) {
      return siblings.find(
        (row) =>
          !this.#matched.has(row.id as string) &&
          !this.around.uuids.has(row.id) &&
          (row.deleted_at === null || row.authored !== null),
      );
    }
    const stored = this.#rows.get(part.uuid.toLowerCase());
    if (stored !== undefined && !this.#isOwn(stored))
      throw new CourseConflictError(
        name,
        `its uuid belongs to a ${kind} of another course. Give it a uuid of its own.`,
      );
    const stranger = siblings.find(
      (row) => row.deleted_at === null && row.authored === null && row !== stored,
    );
    if (stranger !== undefined)
      throw new CourseConflictError(
        name,
        `the language has a ${kind} of this slug that does not come from files. Delete it, or write its id as uuid.`,
      );
    return stored;
  }

  #isOwn(row: Row): boolean {
    const { kind } = this.#plan.table;
    return this.around.ownModules.has(kind === 'module' ? row.id : row.module_id);
  }
}

function planPrerequisites(
  course: Course,
  ids: ReadonlyMap<string, string>,
  { prerequisites }: CourseState,
  changes: CourseChange[],
): CoursePlan['prerequisites'] {
  const pair = (row: Row) => `${row.module_id} ${row.prerequisite_id}`;
  const names = new Map([...ids].map(([slug, id]) => [id, slug]));
  const wanted = course.modules.flatMap(({ slug, prerequisites: named }) =>
    [...new Set(named)].map((prerequisite) => ({
      id: newId(),
      module_id: ids.get(slug) as string,
      prerequisite_id: ids.get(prerequisite) as string,
    })),
  );
  const stored = new Set(prerequisites.map(pair));
  const kept = new Set(wanted.map(pair));
  const added = wanted.filter((row) => !stored.has(pair(row)));
  const removed = prerequisites.filter((row) => names.has(row.module_id) && !kept.has(pair(row)));
  const nameOf = (row: Row) =>
    `${names.get(row.module_id as string)} after ${names.get(row.prerequisite_id as string) ?? 'one that is gone'}`;
  for (const row of added) changes.push({ action: 'create', kind: 'prerequisite', name: nameOf(row) });
  for (const row of removed) changes.push({ action: 'remove', kind: 'prerequisite', name: nameOf(row) });
  return { added, removed };
}

function rowOfFields(kind: Parameters<typeof fieldsOf>[0], part: object): Row {
  return Object.fromEntries(
    fieldsOf(kind).map((field) => [columnOf(field), (part as Record<string, unknown>)[field]]),
  );
}

/** Columns of `wanted` that are stored otherwise. */
function differing(wanted: Row, stored: Row): string[] {
  return Object.keys(wanted).filter((column) => canonical(wanted[column]) !== canonical(stored[column]));
}

/** Those that the parts of a course have. */
export function uuidsOf({ modules }: Course): string[] {
  return modules
    .flatMap((module) => [module, ...module.materials, ...module.assignments, ...module.quizzes])
    .flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid.toLowerCase()]));
}
