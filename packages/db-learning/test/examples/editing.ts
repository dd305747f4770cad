import type { MaterialId, MCQQuestionId, ModuleId, ProgrammingLanguageId } from '@codezest/db-types';
import {
  type Client,
  editQuiz,
  publishQuiz,
  type QuestionContent,
  type QuizTree,
  reorderMaterials,
  reorderModules,
  reorderQuestions,
  replaceQuestion,
  restoreLanguage,
  restoreModule,
} from '../../src/index.js';

/** The form is filled from `quiz`; `questions` is what came back, the known ones with their id. */
export const save = (
  client: Client,
  quiz: QuizTree,
  questions: (QuestionContent & { id?: MCQQuestionId })[],
): Promise<QuizTree> =>
  editQuiz(client, { quizId: quiz.id, basedOn: quiz.updatedAt, settings: { passingScore: 80 }, questions });

export const mend = (client: Client, questionId: MCQQuestionId, content: QuestionContent) =>
  replaceQuestion(client, { questionId, ...content });

export const goLive = (client: Client, quiz: QuizTree) => publishQuiz(client, quiz.id);

export const arrangeModules = (client: Client, languageId: ProgrammingLanguageId, order: ModuleId[]) =>
  reorderModules(client, { languageId, order });

export const arrangeMaterials = (client: Client, moduleId: ModuleId, order: MaterialId[]) =>
  reorderMaterials(client, { moduleId, order });

export const arrangeQuestions = (client: Client, quiz: QuizTree, order: MCQQuestionId[]) =>
  reorderQuestions(client, { quizId: quiz.id, order });

export const bringBackLanguage = (client: Client, languageId: ProgrammingLanguageId) =>
  restoreLanguage(client, languageId);

export const bringBackModule = (client: Client, moduleId: ModuleId) => restoreModule(client, moduleId);
