import type { ModuleId, ProgrammingLanguageId } from '@codezest/db-types';
import {
  editQuiz,
  publishQuiz,
  reorderMaterials,
  reorderModules,
  replaceQuestion,
  restoreLanguage,
  restoreModule,
} from '../../src/index.js';
import { unused } from '../rows.js';
import { type Act, isPicked, picked, type Scene } from './picks.js';

const now = () => new Date();
const moduleOf = (scene: Scene) => picked(scene.rows.modules, scene);

/** A change of a material, an assignment or a quiz; the numbers choose which. */
const ofContent =
  (data: (scene: Scene) => object): Act =>
  (open, scene) => {
    const { rows, picks } = scene;
    const kind = (picks[2] ?? 0) % 3;
    if (kind === 0) {
      return open.material.updateMany({
        where: { id: picked(rows.materials, scene).id as never },
        data: data(scene),
      });
    }
    return kind === 1
      ? open.assignment.updateMany({
          where: { id: picked(rows.assignments, scene).id as never },
          data: data(scene),
        })
      : open.mCQQuiz.updateMany({
          where: { id: picked(rows.quizzes, scene).id as never },
          data: data(scene),
        });
  };

const ofModule =
  (data: (scene: Scene) => object): Act =>
  (open, scene) =>
    open.module.updateMany({ where: { id: moduleOf(scene).id as never }, data: data(scene) });

const ofLanguage =
  (data: () => object): Act =>
  (open, scene) =>
    open.programmingLanguage.updateMany({
      where: { id: picked(scene.world.languages, scene) },
      data: data(),
    });

/** What authors do to content, by functions and by plain writes. */
export const authors: Record<string, Act> = {
  addMaterial: (open, scene) =>
    open.material.createMany({
      data: Array.from({ length: isPicked(scene, 2) ? 1 : 2 }, () => ({
        moduleId: moduleOf(scene).id as never,
        title: 'Added',
        type: 'ARTICLE' as const,
        content: 'Read this as well.',
        order: 9,
        duration: 30,
        ...(isPicked(scene, 1) ? {} : { publishedAt: null }),
      })),
    }),
  addAssignment: (open, scene) =>
    open.assignment.create({
      data: {
        moduleId: moduleOf(scene).id as never,
        title: 'Added',
        description: 'Do this as well.',
        difficulty: 'BEGINNER',
        testCases: [],
        estimatedDuration: 60,
        ...(isPicked(scene, 1) ? {} : { publishedAt: null }),
      },
    }),
  addQuiz: (open, scene) =>
    open.mCQQuiz.create({
      data: {
        moduleId: moduleOf(scene).id as never,
        title: 'Added',
        estimatedDuration: 30,
        timeLimit: isPicked(scene, 2) ? 10 : null,
        publishedAt: isPicked(scene, 1) ? now() : null,
        questions: {
          create: {
            question: 'What?',
            order: 0,
            options: {
              create: [
                { optionText: 'This.', isCorrect: true, order: 0 },
                { optionText: 'That.', isCorrect: false, order: 1 },
              ],
            },
          },
        },
      },
    }),
  deleteContent: ofContent(() => ({ deletedAt: now() })),
  restoreContent: ofContent(() => ({ deletedAt: null })),
  withdrawContent: ofContent(() => ({ publishedAt: null })),
  publishContent: ofContent(() => ({ publishedAt: now() })),
  moveContent: ofContent((scene) => ({ moduleId: picked(scene.rows.modules, scene, 1).id })),
  removeMaterial: (open, scene) =>
    open.material.deleteMany({ where: { id: picked(scene.rows.materials, scene).id as never } }),
  reorderMaterials: (open, scene) => {
    const moduleId = moduleOf(scene).id;
    const order = scene.rows.materials.filter((row) => row.module_id === moduleId && row.deleted_at === null);
    return reorderMaterials(open, {
      moduleId: moduleId as never,
      order: order.map(({ id }) => id as never).reverse(),
    });
  },
  addModule: (open, scene) =>
    open.module.create({
      data: {
        languageId: picked(scene.world.languages, scene),
        title: 'Added',
        slug: unused('added'),
        order: 9,
      },
    }),
  deleteModule: ofModule(() => ({ deletedAt: now() })),
  restoreModule: (open, scene) => restoreModule(open, moduleOf(scene).id as ModuleId),
  withdrawModule: ofModule(() => ({ publishedAt: null })),
  publishModule: ofModule(() => ({ publishedAt: now() })),
  moveModule: ofModule((scene) => ({ languageId: picked(scene.world.languages, scene, 1) })),
  removeModule: (open, scene) => open.module.deleteMany({ where: { id: moduleOf(scene).id as never } }),
  reorderModules: (open, scene) => {
    const languageId = picked(scene.world.languages, scene);
    const order = scene.rows.modules.filter(
      (row) => row.language_id === languageId && row.deleted_at === null,
    );
    return reorderModules(open, { languageId, order: order.map(({ id }) => id as never).reverse() });
  },
  addPrerequisite: (open, scene) =>
    open.modulePrerequisite.create({
      data: {
        moduleId: moduleOf(scene).id as never,
        prerequisiteId: picked(scene.rows.modules, scene, 1).id as never,
      },
    }),
  removePrerequisite: (open, scene) =>
    open.modulePrerequisite.deleteMany({
      where: { id: picked(scene.rows.prerequisites, scene).id as never },
    }),
  deleteLanguage: ofLanguage(() => ({ deletedAt: now() })),
  restoreLanguage: (open, scene) =>
    restoreLanguage(open, picked(scene.world.languages, scene) as ProgrammingLanguageId),
  publishQuiz: (open, scene) => publishQuiz(open, picked(scene.rows.quizzes, scene).id as never),
  editQuiz: (open, scene) => {
    const { id, updated_at } = picked(scene.rows.quizzes, scene);
    const questions = [
      {
        question: 'Why?',
        options: [
          { text: 'So.', isCorrect: true },
          { text: 'No.', isCorrect: false },
        ],
      },
    ];
    return editQuiz(open, { quizId: id as never, basedOn: new Date(updated_at), questions });
  },
  replaceQuestion: (open, scene) =>
    replaceQuestion(open, {
      questionId: picked(scene.rows.questions, scene).id as never,
      question: 'How?',
      options: [
        { text: 'Like this.', isCorrect: true },
        { text: 'Like that.', isCorrect: false },
      ],
    }),
};
