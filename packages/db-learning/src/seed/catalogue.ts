import {
  type CatalogueLanguage,
  type CatalogueModule,
  languages,
  passingPercent,
  Random,
  SEED_START,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import type { MCQOptionId, MCQQuestionId, MCQQuizId } from '@codezest/db-types';
import type { AnswerSnapshot, TestCases } from '../json-types.js';
import { contentOf } from './content/index.js';
import type { AssignmentContent, ModuleContent } from './content/parse-course.js';

export const pointsPerQuestion = 2;
export const assignmentMaxScore = 100;
export const assignmentMinutes = { BEGINNER: 20, INTERMEDIATE: 40, ADVANCED: 60 };
export const quizMinutes = 10;

/** A module of the shared catalogue with what is taught in it. */
export interface TaughtModule extends CatalogueModule {
  readonly language: CatalogueLanguage;
  readonly content: ModuleContent & { readonly assignment: AssignmentContent };
  readonly questions: readonly TaughtQuestion[];
}

export interface TaughtQuestion {
  readonly id: MCQQuestionId;
  readonly quizId: MCQQuizId;
  readonly explanation: string;
  readonly snapshot: AnswerSnapshot;
  readonly rightOptionId: MCQOptionId;
}

let taught: readonly TaughtModule[] | undefined;

/** The whole catalogue, read at its first use: commands that seed nothing need not wait for it. */
export function taughtModules(): readonly TaughtModule[] {
  taught ??= languages.flatMap((language) => {
    const { modules } = contentOf(language.slug);
    return language.modules.map((module, index) => taughtModule(language, module, modules[index]));
  });
  return taught;
}

function taughtModule(
  language: CatalogueLanguage,
  module: CatalogueModule,
  content: ModuleContent | undefined,
): TaughtModule {
  if (content?.title !== module.title || !content.assignment) {
    throw new RangeError(`The content of ${language.name} has no module ${module.title} with an assignment.`);
  }
  const { assignment } = content;
  const questions = taughtQuestions(`${language.slug}/${module.slug}`, module.quizId, content);
  return { ...module, language, content: { ...content, assignment }, questions };
}

function taughtQuestions(key: string, quizId: MCQQuizId, content: ModuleContent): TaughtQuestion[] {
  return content.questions.map(({ question, options, explanation }, index) => {
    const questionKey = `${key}/${index + 1}`;
    const [right, ...wrong] = options.map((text, position) => ({
      id: seedId('MCQOption', `${questionKey}/${position + 1}`),
      text,
      isCorrect: position === 0,
    }));
    if (!right) throw new RangeError(`The question "${question}" has no options.`);
    const shown = new Random('options', questionKey).shuffle([right, ...wrong]);
    return {
      id: seedId('MCQQuestion', questionKey),
      quizId,
      explanation,
      snapshot: { question, points: pointsPerQuestion, options: shown },
      rightOptionId: right.id,
    };
  });
}

const times = { created_at: SEED_START, updated_at: SEED_START };

export function languageRows(): SeedRow[] {
  return languages.map(({ id, name, slug }) => {
    const { difficulty, description } = contentOf(slug);
    return { id, name, slug, description, icon: `languages/${slug}.svg`, difficulty, ...times };
  });
}

export function moduleRows(): SeedRow[] {
  return taughtModules().map(({ id, languageId, title, slug, order, content }) => ({
    id,
    language_id: languageId,
    title,
    slug,
    description: content.description,
    syllabus: content.materials.map((material, index) => `${index + 1}. ${material.title}`).join('\n'),
    order,
    estimated_duration: minutesOf(content) + assignmentMinutes[content.assignment.difficulty] + quizMinutes,
    ...times,
  }));
}

function minutesOf(content: Pick<ModuleContent, 'materials'>): number {
  return content.materials.reduce((sum, { minutes }) => sum + minutes, 0);
}

/** Each module waits for the one before it. */
export function prerequisiteRows(): SeedRow[] {
  return languages.flatMap(({ modules }) =>
    modules.slice(1).map((module, index) => ({
      id: seedId('ModulePrerequisite', module.id),
      module_id: module.id,
      prerequisite_id: modules[index]?.id,
      created_at: SEED_START,
    })),
  );
}

export function materialRows(): SeedRow[] {
  return taughtModules().flatMap(({ id, materialIds, content }) =>
    content.materials.map(({ title, type, content: text, minutes }, index) => ({
      id: materialIds[index],
      module_id: id,
      title,
      type,
      content: text,
      duration: minutes,
      order: index + 1,
      ...times,
    })),
  );
}

export function assignmentRows(): SeedRow[] {
  return taughtModules().map(({ id, assignmentId, content: { assignment } }) => ({
    id: assignmentId,
    module_id: id,
    title: assignment.title,
    description: assignment.description,
    difficulty: assignment.difficulty,
    starter_code: assignment.starterCode || null,
    test_cases: testCases(assignment),
    hints: assignment.hints,
    max_score: assignmentMaxScore,
    time_limit: assignment.difficulty === 'ADVANCED' ? 90 : null,
    estimated_duration: assignmentMinutes[assignment.difficulty],
    ...times,
  }));
}

/** The points of the tests add up to the assignment's maximum. */
function testCases({ tests }: AssignmentContent): TestCases {
  const each = Math.floor(assignmentMaxScore / tests.length);
  const rest = assignmentMaxScore - each * tests.length;
  return tests.map((test, index) => ({ ...test, points: index === 0 ? each + rest : each }));
}

export function quizRows(): SeedRow[] {
  return taughtModules().map(({ id, quizId, title, content }) => ({
    id: quizId,
    module_id: id,
    title: `${title}: what have you learnt?`,
    description: content.description,
    passing_score: passingPercent,
    time_limit: 15,
    estimated_duration: quizMinutes,
    published_at: SEED_START,
    ...times,
  }));
}

export function questionRows(): SeedRow[] {
  return taughtModules().flatMap(({ questions }) =>
    questions.map(({ id, quizId, explanation, snapshot }, index) => ({
      id,
      quiz_id: quizId,
      question: snapshot.question,
      explanation,
      order: index + 1,
      points: snapshot.points,
      ...times,
    })),
  );
}

export function optionRows(): SeedRow[] {
  return taughtModules().flatMap(({ questions }) =>
    questions.flatMap((question) =>
      question.snapshot.options.map(({ id, text, isCorrect }, index) => ({
        id,
        question_id: question.id,
        option_text: text,
        is_correct: isCorrect,
        order: index + 1,
        ...times,
      })),
    ),
  );
}
