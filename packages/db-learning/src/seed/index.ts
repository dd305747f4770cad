import { type Seed, type SeedContext, type SeedStep, untoldEvents } from '@codezest/db-core/seed';
import {
  assignmentRows,
  languageRows,
  materialRows,
  moduleRows,
  optionRows,
  prerequisiteRows,
  questionRows,
  quizRows,
  taughtModules,
} from './catalogue.js';
import { addLearner } from './learner.js';
import { type LearnerRows, learnerTables } from './learner-tables.js';

/** The catalogue in full in every size, and as many learners as the size has people. */
export const seed: Seed = {
  steps: [
    {
      name: 'languages and modules',
      async run({ insert }) {
        await insert('programming_languages', languageRows());
        await insert('modules', moduleRows());
        await insert('module_prerequisites', prerequisiteRows());
      },
    },
    {
      name: 'materials and assignments',
      async run({ insert }) {
        await insert('materials', materialRows());
        await insert('assignments', assignmentRows());
      },
    },
    {
      // One transaction: a published quiz without questions is refused at its end.
      name: 'quizzes',
      async run({ insert }) {
        await insert('mcq_quizzes', quizRows());
        await insert('mcq_questions', questionRows());
        await insert('mcq_options', optionRows());
      },
    },
    learners(),
    untoldEvents,
  ],
};

/** Learners are independent of each other: an interrupted run keeps whoever was finished. */
function learners(): SeedStep {
  const peoplePerRound = 250;
  return {
    name: 'learners',
    commit: 'batch',
    async run(context) {
      const moduleById = new Map(taughtModules().map((module) => [module.id, module]));
      let rows = emptyRows();
      let gathered = 0;
      for (const person of context.people()) {
        addLearner(person, moduleById, rows);
        gathered += 1;
        if (gathered % peoplePerRound > 0) continue;
        await write(rows, context);
        rows = emptyRows();
      }
      await write(rows, context);
    },
  };
}

function emptyRows(): LearnerRows {
  return Object.fromEntries(learnerTables.map((table) => [table, []])) as unknown as LearnerRows;
}

async function write(rows: LearnerRows, { insert, pool }: SeedContext): Promise<void> {
  for (const table of learnerTables) await insert(table, rows[table]);
  // Progress as of the content that is there.
  await pool.query(`UPDATE module_progress p SET content_version = m.content_version
    FROM modules m WHERE m.id = p.module_id AND p.content_version < m.content_version`);
  await pool.query(`UPDATE language_enrollments e SET content_version = l.content_version
    FROM programming_languages l WHERE l.id = e.language_id AND e.content_version < l.content_version`);
}
