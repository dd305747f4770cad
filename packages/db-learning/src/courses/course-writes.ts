import { type QueryingClient, rowsOf, type Statement, statement } from '@codezest/db-core';
import type { CoursePlan, TablePlan } from './course-plan.js';
import { columnOf, fieldsOf, type Row } from './course-tables.js';
import type { NewFile } from './file-plan.js';

/** Rows of a statement travel as one JSON text each, files in portions of about this many bytes. */
const PORTION_BYTES = 4 * 1024 * 1024;

/** Does what a plan says. Whoever is in the way of another goes first. */
export async function writeCourse(client: QueryingClient, plan: CoursePlan): Promise<void> {
  const run = async (
    sql: Statement<unknown>,
    rows: readonly unknown[],
    ...more: unknown[]
  ): Promise<void> => {
    if (rows.length > 0) await rowsOf(client, sql, [JSON.stringify(rows), ...more]);
  };
  const { language, tables, questions, prerequisites, files } = plan;
  if (language.changes) await run(language.exists ? updateLanguage : insertLanguage, [language.row]);
  await run(
    removePrerequisites,
    prerequisites.removed.map(({ id }) => id),
  );
  for (const part of tables) await run(withdraw(part), [...part.withdrawn, ...part.parked]);
  for (const part of tables) {
    await run(insert(part.table.table, [part.table.parent, ...part.table.columns]), part.inserts);
    await run(update(part.table.table, [part.table.parent, ...part.table.columns]), part.updates);
  }
  await run(insertQuestions, questions.inserts);
  await run(insertOptions, questions.options);
  await run(updateQuestions, questions.updates);
  await run(insertPrerequisites, prerequisites.added);
  await run(removeFiles, files.removed);
  for (const portion of portionsOf(files.inserts)) await run(insertFiles, portion, language.row.id);
  for (const portion of portionsOf(files.updates)) await run(updateFiles, portion);
}

/** Columns that a table has and the JSON does not say get their defaults by being left out. */
function insert(table: string, columns: readonly string[]): Statement<unknown> {
  const list = ['id', ...columns].map((column) => `"${column}"`).join(', ');
  return statement(
    `learning.course_insert_${table}`,
    `INSERT INTO ${table} (${list}) SELECT ${list} FROM jsonb_populate_recordset(NULL::${table}, $1::text::jsonb)`,
  );
}

function update(table: string, columns: readonly string[]): Statement<unknown> {
  const assigned = columns.map((column) => `"${column}" = r."${column}"`).join(', ');
  return statement(
    `learning.course_update_${table}`,
    `UPDATE ${table} t SET ${assigned}, deleted_at = NULL,
      updated_at = greatest(now(), t.updated_at + interval '1 millisecond')
    FROM jsonb_populate_recordset(NULL::${table}, $1::text::jsonb) r WHERE t.id = r.id`,
  );
}

const ids = 'SELECT given.value::uuid FROM jsonb_array_elements_text($1::text::jsonb) AS given';

const withdraw = ({ table: { table } }: TablePlan): Statement<unknown> =>
  statement(
    `learning.course_withdraw_${table}`,
    `UPDATE ${table} t SET deleted_at = now(), updated_at = greatest(now(), t.updated_at + interval '1 millisecond')
    WHERE t.id IN (${ids})`,
  );

const languageColumns = fieldsOf('course').map(columnOf);
const insertLanguage = insert('programming_languages', languageColumns);
const updateLanguage = update('programming_languages', languageColumns);
const insertQuestions = insert('mcq_questions', [
  'quiz_id',
  'question',
  'explanation',
  'points',
  'scoring',
  'order',
]);
const insertOptions = insert('mcq_options', ['question_id', 'option_text', 'is_correct', 'order']);
const insertPrerequisites = insert('module_prerequisites', ['module_id', 'prerequisite_id']);

const updateQuestions: Statement<unknown> = statement(
  'learning.course_update_mcq_questions',
  `UPDATE mcq_questions t SET explanation = r.explanation, "order" = r."order",
    deleted_at = CASE WHEN r.withdrawn THEN now() END,
    updated_at = greatest(now(), t.updated_at + interval '1 millisecond')
  FROM jsonb_to_recordset($1::text::jsonb) AS r(id uuid, explanation text, "order" int, withdrawn boolean)
  WHERE t.id = r.id`,
);

const removePrerequisites: Statement<unknown> = statement(
  'learning.course_remove_prerequisites',
  `DELETE FROM module_prerequisites WHERE id IN (${ids})`,
);

const removeFiles: Statement<unknown> = statement(
  'learning.course_remove_files',
  `DELETE FROM course_files WHERE id IN (${ids})`,
);

const fileRows = `jsonb_to_recordset($1::text::jsonb)
  AS r(id uuid, owner uuid, path text, role "FileRole", executable boolean, content text)`;

/** An owner is the language, one of its modules, or one of their assignments. */
const insertFiles: Statement<unknown> = statement(
  'learning.course_insert_files',
  `INSERT INTO course_files (id, language_id, module_id, assignment_id, path, role, executable, content)
  SELECT r.id, CASE WHEN r.owner = $2::uuid THEN r.owner END, m.id, a.id, r.path, r.role, r.executable,
    decode(r.content, 'base64')
  FROM ${fileRows} LEFT JOIN modules m ON m.id = r.owner AND m.language_id = $2::uuid
    LEFT JOIN assignments a ON a.id = r.owner AND m.id IS NULL`,
);

const updateFiles: Statement<unknown> = statement(
  'learning.course_update_files',
  `UPDATE course_files t SET role = r.role, executable = r.executable, content = decode(r.content, 'base64'),
    updated_at = greatest(now(), t.updated_at + interval '1 millisecond')
  FROM ${fileRows} WHERE t.id = r.id`,
);

function* portionsOf(files: readonly NewFile[]): Generator<Row[]> {
  let portion: Row[] = [];
  let bytes = 0;
  for (const { id, owner, file } of files) {
    const { path, role, executable, content } = file;
    portion.push({ id, owner, path, role, executable, content: Buffer.from(content).toString('base64') });
    bytes += content.length;
    if (bytes < PORTION_BYTES) continue;
    yield portion;
    portion = [];
    bytes = 0;
  }
  if (portion.length > 0) yield portion;
}
