import { relations } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

const row = () => ({
  id: uuid('id').primaryKey(),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
  deletedAt: time('deleted_at'),
});

export const languages = pgTable('programming_languages', row());

export const modules = pgTable('modules', {
  ...row(),
  languageId: uuid('language_id').notNull(),
  title: text('title').notNull(),
  slug: text('slug').notNull(),
  description: text('description'),
  syllabus: text('syllabus'),
  order: integer('order').notNull(),
  estimatedDuration: integer('estimated_duration'),
});

export const materials = pgTable('materials', {
  ...row(),
  moduleId: uuid('module_id').notNull(),
  title: text('title').notNull(),
  type: text('type').notNull(),
  content: text('content').notNull(),
  duration: integer('duration'),
  order: integer('order').notNull(),
});

export const assignments = pgTable('assignments', {
  ...row(),
  moduleId: uuid('module_id').notNull(),
  title: text('title').notNull(),
  description: text('description').notNull(),
  difficulty: text('difficulty').notNull(),
  starterCode: text('starter_code'),
  testCases: jsonb('test_cases').notNull(),
  hints: jsonb('hints').notNull(),
  maxScore: integer('max_score').notNull(),
  timeLimit: integer('time_limit'),
  estimatedDuration: integer('estimated_duration'),
});

export const mcqQuizzes = pgTable('mcq_quizzes', {
  ...row(),
  moduleId: uuid('module_id').notNull(),
  title: text('title').notNull(),
  description: text('description'),
  passingScore: integer('passing_score').notNull(),
  timeLimit: integer('time_limit'),
  estimatedDuration: integer('estimated_duration'),
  publishedAt: time('published_at'),
});

export const questions = pgTable('mcq_questions', {
  ...row(),
  quizId: uuid('quiz_id').notNull(),
  question: text('question').notNull(),
  explanation: text('explanation'),
  order: integer('order').notNull(),
  points: integer('points').notNull(),
});

export const options = pgTable('mcq_options', {
  ...row(),
  questionId: uuid('question_id').notNull(),
  optionText: text('option_text').notNull(),
  isCorrect: boolean('is_correct').notNull(),
  order: integer('order').notNull(),
});

export const modulesRelations = relations(modules, ({ one, many }) => ({
  language: one(languages, { fields: [modules.languageId], references: [languages.id] }),
  materials: many(materials),
  assignments: many(assignments),
  mcqQuizzes: many(mcqQuizzes),
}));
export const materialsRelations = relations(materials, ({ one }) => ({
  module: one(modules, { fields: [materials.moduleId], references: [modules.id] }),
}));
export const assignmentsRelations = relations(assignments, ({ one }) => ({
  module: one(modules, { fields: [assignments.moduleId], references: [modules.id] }),
}));
export const mcqQuizzesRelations = relations(mcqQuizzes, ({ one, many }) => ({
  module: one(modules, { fields: [mcqQuizzes.moduleId], references: [modules.id] }),
  questions: many(questions),
}));
export const questionsRelations = relations(questions, ({ one, many }) => ({
  quiz: one(mcqQuizzes, { fields: [questions.quizId], references: [mcqQuizzes.id] }),
  options: many(options),
}));
export const optionsRelations = relations(options, ({ one }) => ({
  question: one(questions, { fields: [options.questionId], references: [questions.id] }),
}));
