import { type Client, findModuleTree } from '@codezest/db-learning';
import { createTestDatabase } from '@codezest/db-learning/testing';
import { parseModuleId } from '@codezest/db-types';
import { and, eq, exists, isNotNull, isNull, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { hotDatabase, idSql, nth, spread } from './hot-database.js';
import * as tables from './module-tables.js';
import { type HotSuite, sqlOf, way } from './way.js';

const MODULES = 2_000;
const parent = (children: number) => idSql(`(n - 1) / ${children} + 1`);
const each = (count: number) => `FROM generate_series(1, ${count * MODULES}) n`;

/** A module has 5 materials of some 2 kB, 2 assignments with 4 test cases, and 2 quizzes of 5 questions with 4 options. */
const filling = [
  `INSERT INTO programming_languages (id, name, slug)
   SELECT ${idSql('n')}, 'Language ' || n, 'language-' || n FROM generate_series(1, 20) n`,
  `INSERT INTO modules (id, language_id, title, slug, description, "order")
   SELECT ${idSql('n')}, ${idSql('n % 20 + 1')}, 'Module ' || n, 'module-' || n, repeat('About it. ', 20), n ${each(1)}`,
  `INSERT INTO materials (id, module_id, title, type, content, "order")
   SELECT ${idSql('n')}, ${parent(5)}, 'Material ' || n, 'ARTICLE', repeat('A sentence to learn from. ', 80), n ${each(5)}`,
  `INSERT INTO assignments (id, module_id, title, description, difficulty, starter_code, test_cases, hints)
   SELECT ${idSql('n')}, ${parent(2)}, 'Assignment ' || n, repeat('What to do. ', 30), 'BEGINNER', 'def solve():',
     (SELECT jsonb_agg(jsonb_build_object('name', 'case ' || c, 'input', '1 2 3', 'expectedOutput', '6', 'hidden', false, 'points', 5))
      FROM generate_series(1, 4) c), '["Think.", "Read the material again."]' ${each(2)}`,
  `INSERT INTO mcq_quizzes (id, module_id, title, published_at)
   SELECT ${idSql('n')}, ${parent(2)}, 'Quiz ' || n, now() ${each(2)}`,
  `INSERT INTO mcq_questions (id, quiz_id, question, explanation, "order")
   SELECT ${idSql('n')}, ${parent(5)}, 'What does line ' || n || ' print?', repeat('Because. ', 10), n ${each(10)}`,
  `INSERT INTO mcq_options (id, question_id, option_text, is_correct, "order")
   SELECT ${idSql('n')}, ${parent(4)}, 'The number ' || n, n % 4 = 0, n ${each(40)}`,
];

interface Tree {
  id: string;
  createdAt: Date;
  materials: { id: string; content: string; createdAt: Date | string }[];
  assignments: { id: string; testCases: unknown; hints: unknown }[];
  mcqQuizzes: {
    id: string;
    publishedAt: Date | string | null;
    questions: { id: string; explanation: string | null; options: { id: string; isCorrect: boolean }[] }[];
  }[];
}

/** Times stay out where raw `pg` leaves them as texts. */
const gist = (tree: Tree | null | undefined) =>
  tree && [
    tree.id,
    tree.createdAt,
    tree.materials.map(({ id, content }) => [id, content]),
    tree.assignments.map(({ id, testCases, hints }) => [id, testCases, hints]),
    tree.mcqQuizzes.map((quiz) => [
      quiz.id,
      quiz.questions.map(({ id, explanation, options }) => [
        id,
        explanation,
        options.map((option) => [option.id, option.isCorrect]),
      ]),
    ]),
  ];

/** A module with everything in it. */
export async function moduleTreeSuite(): Promise<HotSuite> {
  const database = await hotDatabase(await createTestDatabase(), filling);
  const { client, pg, postgres, drizzle: pool } = database;
  const text = await sqlOf((recorder: Client) => findModuleTree(recorder, parseModuleId(nth(1))));

  const live = { deletedAt: null };
  const byPlace = [{ order: 'asc' as const }, { id: 'asc' as const }];
  const newest = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];

  const db = drizzle(pool, { schema: tables });
  const { languages, modules } = tables;
  const prepared = db.query.modules
    .findFirst({
      where: (module) =>
        and(
          eq(module.id, sql.placeholder('module')),
          isNull(module.deletedAt),
          exists(
            db
              .select({ found: sql`1` })
              .from(languages)
              .where(and(eq(languages.id, modules.languageId), isNull(languages.deletedAt))),
          ),
        ),
      with: {
        materials: {
          where: (material) => isNull(material.deletedAt),
          orderBy: (material, { asc }) => [asc(material.order), asc(material.id)],
        },
        assignments: {
          where: (assignment) => isNull(assignment.deletedAt),
          orderBy: (assignment, { desc }) => [desc(assignment.createdAt), desc(assignment.id)],
        },
        mcqQuizzes: {
          where: (quiz) => and(isNull(quiz.deletedAt), isNotNull(quiz.publishedAt)),
          orderBy: (quiz, { desc }) => [desc(quiz.createdAt), desc(quiz.id)],
          with: {
            questions: {
              where: (question) => isNull(question.deletedAt),
              orderBy: (question, { asc }) => [asc(question.order), asc(question.id)],
              with: {
                options: {
                  where: (option) => isNull(option.deletedAt),
                  orderBy: (option, { asc }) => [asc(option.order), asc(option.id)],
                },
              },
            },
          },
        },
      },
    })
    .prepare('module_tree');

  return {
    database,
    paths: [
      {
        name: 'findModuleTree',
        keys: spread(500, MODULES).map(nth),
        ways: {
          ours: way((module) => findModuleTree(client, parseModuleId(module)), gist),
          pg: way(async (module): Promise<Tree> => {
            const values = [module, false];
            return (await pg.query({ name: 'module_tree', text, values })).rows[0];
          }, gist),
          'postgres.js': way(
            async (module): Promise<Tree> =>
              (await postgres.unsafe(text, [module, false], { prepare: true }))[0] as never,
            gist,
          ),
          prisma: way(
            (module) =>
              client.module.findFirst({
                where: { id: parseModuleId(module), ...live, language: live },
                include: {
                  materials: { where: live, orderBy: byPlace },
                  assignments: { where: live, orderBy: newest },
                  mcqQuizzes: {
                    where: { ...live, publishedAt: { not: null } },
                    orderBy: newest,
                    include: {
                      questions: {
                        where: live,
                        orderBy: byPlace,
                        include: { options: { where: live, orderBy: byPlace } },
                      },
                    },
                  },
                },
              }),
            gist,
          ),
          drizzle: way((module) => prepared.execute({ module }), gist),
        },
      },
    ],
  };
}
