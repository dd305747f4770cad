import type { AssignmentId, MaterialId, MCQOptionId, MCQQuizId, ModuleId, UserId } from '@codezest/db-types';
import {
  answerQuestion,
  type Client,
  completeMaterial,
  enrol,
  finishAttempt,
  gradeSubmission,
  startAttempt,
  startMaterial,
  startModule,
  submitAssignment,
} from '../../src/index.js';
import { type Act, isPicked, picked, type Scene } from './picks.js';
import type { RawRows } from './raw-rows.js';
import { isLive } from './truth.js';

const learnerOf = (scene: Scene) => picked(scene.world.learners, scene);

/** Content of a module, chosen by the second number: mostly such as learners are shown. */
function chosen<Row>(list: readonly Row[], scene: Scene): Row {
  const live = list.filter((row) => isLive({ published_at: '', deleted_at: null, ...row }));
  return picked(live.length > 0 && (scene.picks[2] ?? 0) % 4 > 0 ? live : list, scene, 1);
}

const openAttemptOf = (scene: Scene) =>
  picked(
    scene.rows.attempts.filter(
      ({ user_id, status }) => user_id === learnerOf(scene) && status === 'IN_PROGRESS',
    ),
    scene,
    1,
  );

async function answerAll(open: Client, scene: Scene, right: boolean): Promise<void> {
  const attempt = openAttemptOf(scene);
  const userId = learnerOf(scene);
  const learner = { userId, attemptId: attempt.id as never };
  for (const { question_id, snapshot } of scene.rows.answers.filter(
    ({ attempt_id }) => attempt_id === attempt.id,
  )) {
    const optionId = (snapshot.options.find(({ isCorrect }) => isCorrect === right)?.id ??
      null) as MCQOptionId | null;
    await answerQuestion(open, { ...learner, questionId: question_id as never, optionId });
  }
}

/** All that a module asks for, one after the other; the third number may leave something out. */
async function doAll(open: Client, scene: Scene): Promise<void> {
  const { rows, picks } = scene;
  const userId = learnerOf(scene);
  const module = chosen(rows.modules, scene);
  const ofModule = <Row extends Parameters<typeof isLive>[0] & { module_id: string }>(list: readonly Row[]) =>
    list.filter((row) => row.module_id === module.id && isLive(row));
  for (const { id } of ofModule(rows.materials))
    await completeMaterial(open, { userId, materialId: id as MaterialId });
  if ((picks[2] ?? 0) % 3 !== 1)
    for (const { id } of ofModule(rows.assignments)) await pass(open, userId, id);
  if ((picks[2] ?? 0) % 3 !== 2)
    for (const { id } of ofModule(rows.quizzes)) await takeQuiz(open, userId, id, true);
}

async function pass(open: Client, userId: UserId, assignmentId: string): Promise<void> {
  const handedIn = {
    userId,
    assignmentId: assignmentId as AssignmentId,
    code: 'print(42)',
    language: 'Python',
  };
  const { submission } = await submitAssignment(open, handedIn);
  await gradeSubmission(open, { submissionId: submission.id, status: 'PASSED', score: 92.5 });
}

async function takeQuiz(open: Client, userId: UserId, quizId: string, right: boolean): Promise<void> {
  const { attempt, answers } = await startAttempt(open, { userId, quizId: quizId as MCQQuizId });
  for (const { questionId, snapshot } of answers) {
    const optionId = snapshot?.options.find(({ isCorrect }) => isCorrect === right)?.id as
      | MCQOptionId
      | undefined;
    await answerQuestion(open, { userId, attemptId: attempt.id, questionId, optionId: optionId ?? null });
  }
  await finishAttempt(open, { userId, attemptId: attempt.id });
}

/** The enrolment chosen, moved by a plain write as the README shows it. */
const enrolmentMoved =
  (from: readonly string[], to: 'ACTIVE' | 'PAUSED' | 'DROPPED'): Act =>
  (open, scene) => {
    const { user_id, language_id } = picked(
      scene.rows.enrollments.filter(({ status }) => from.includes(status)),
      scene,
    );
    return open.languageEnrollment.updateMany({
      where: { userId: user_id as never, languageId: language_id as never, status: { in: from as never[] } },
      data: { status: to },
    });
  };

/** What learners do. The first number chooses who. */
export const learners: Record<string, Act> = {
  enrol: (open, scene) =>
    enrol(open, { userId: learnerOf(scene), languageId: chosen(scene.world.languages, scene) }),
  startModule: (open, scene) =>
    startModule(open, {
      userId: learnerOf(scene),
      moduleId: chosen(scene.rows.modules, scene).id as ModuleId,
    }),
  startMaterial: (open, scene) =>
    startMaterial(open, {
      userId: learnerOf(scene),
      materialId: chosen(scene.rows.materials, scene).id as MaterialId,
    }),
  completeMaterial: (open, scene) =>
    completeMaterial(open, {
      userId: learnerOf(scene),
      materialId: chosen(scene.rows.materials, scene).id as MaterialId,
    }),
  submitAssignment: (open, scene) =>
    submitAssignment(open, {
      userId: learnerOf(scene),
      assignmentId: chosen(scene.rows.assignments, scene).id as AssignmentId,
      code: 'print(42)',
      language: 'Python',
      analysisType: isPicked(scene, 2) ? 'AI' : 'HYBRID',
    }),
  startAttempt: (open, scene) =>
    startAttempt(open, {
      userId: learnerOf(scene),
      quizId: chosen(scene.rows.quizzes, scene).id as MCQQuizId,
    }),
  answerRight: (open, scene) => answerAll(open, scene, true),
  answerWrong: (open, scene) => answerAll(open, scene, false),
  takeQuiz: (open, scene) =>
    takeQuiz(open, learnerOf(scene), chosen(scene.rows.quizzes, scene).id, isPicked(scene, 2)),
  passAssignment: (open, scene) => pass(open, learnerOf(scene), chosen(scene.rows.assignments, scene).id),
  doAll,
  finishAttempt: (open, scene) =>
    finishAttempt(open, { userId: learnerOf(scene), attemptId: openAttemptOf(scene).id as never }),
  abandon: (open, scene) =>
    open.mCQAttempt.updateMany({
      where: { id: openAttemptOf(scene).id as never, status: 'IN_PROGRESS' },
      data: { status: 'ABANDONED' },
    }),
  pause: enrolmentMoved(['ACTIVE'], 'PAUSED'),
  drop: enrolmentMoved(['ACTIVE', 'PAUSED'], 'DROPPED'),
  goOn: enrolmentMoved(['PAUSED', 'DROPPED'], 'ACTIVE'),
};

type Refusal = 'CONTENT_NOT_AVAILABLE' | 'NOT_ENROLLED' | 'PREREQUISITES_UNMET';

const CONTENT: Record<string, (rows: RawRows) => { id: string; module_id: string }[]> = {
  startModule: ({ modules }) => modules.map((module) => ({ ...module, module_id: module.id })),
  startMaterial: ({ materials }) => materials,
  completeMaterial: ({ materials }) => materials,
  submitAssignment: ({ assignments }) => assignments,
  startAttempt: ({ quizzes }) => quizzes,
};

/** How a step of a learner is to be answered: refused for this reason, or accepted; undefined for what has no such rule. */
export function answerTo(name: string, scene: Scene): Refusal | 'ACCEPTED' | undefined {
  const content = CONTENT[name]?.(scene.rows) as Parameters<typeof isLive>[0][] | undefined;
  if (content === undefined) return undefined;
  const { rows } = scene;
  const asked = chosen(content, scene) as Parameters<typeof isLive>[0] & { module_id: string };
  const userId = learnerOf(scene);
  const module = rows.modules.find(({ id }) => id === asked.module_id);
  const language = rows.languages.find(({ id }) => id === module?.language_id);
  if (module === undefined || language?.deleted_at !== null || !isLive(asked) || !isLive(module)) {
    return 'CONTENT_NOT_AVAILABLE';
  }
  const enrolled = rows.enrollments.some(
    (row) => row.user_id === userId && row.language_id === language.id && row.status !== 'DROPPED',
  );
  if (!enrolled) return 'NOT_ENROLLED';
  const progress = rows.moduleProgress.filter((row) => row.user_id === userId);
  if (progress.some((row) => row.module_id === module.id && row.started_at !== null)) return 'ACCEPTED';
  const waits = rows.prerequisites.some(({ module_id, prerequisite_id }) => {
    const required = rows.modules.find(({ id }) => id === prerequisite_id);
    const completed = progress.some((row) => row.module_id === prerequisite_id && row.status === 'COMPLETED');
    return module_id === module.id && required && isLive(required) && required.step_count > 0 && !completed;
  });
  return waits ? 'PREREQUISITES_UNMET' : 'ACCEPTED';
}
