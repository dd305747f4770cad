import {
  analyseAttempt,
  analyseSubmission,
  answerQuestion,
  completeMaterial,
  enrol,
  finishAttempt,
  gradeSubmission,
  startAttempt,
  startModule,
  startRun,
  submitAssignment,
} from '@codezest/db-learning';
import { type Cast, hearInFeed, reportActivity } from './cast.js';

/** Enrols and works through the first module's materials. */
export async function enrolAndRead(cast: Cast): Promise<void> {
  const { stage, learning, learner, language, module } = cast;
  stage.chapter(`Maya learns ${language.name}`);

  await stage.play('learning', `enrols in ${language.name} and opens “${module.title}”`, async () => {
    await enrol(learning, { userId: learner.id, languageId: language.id, weeklyHours: 6 });
    const started = await startModule(learning, { userId: learner.id, moduleId: module.id });
    return { result: started, rows: 3, detail: 'no prerequisites are missing' };
  });
  const enrolled = {
    type: 'LANGUAGE_ENROLLED',
    metadata: { languageId: language.id, languageName: language.name },
  } as const;
  await reportActivity(cast, enrolled, `Maya started learning ${language.name}`, 5);

  for (const material of module.materials) {
    await stage.play('learning', `reads “${material.title}”`, async () => {
      const step = await completeMaterial(learning, { userId: learner.id, materialId: material.id });
      const { progressPercent } = step.progress.moduleProgress;
      return {
        result: step,
        rows: 3,
        detail: `${progressPercent} % of the module, recomputed in the same statement`,
      };
    });
  }
}

/** Hands in code; a model looks at it at once, an instructor adds to it. */
export async function handInAssignment(cast: Cast): Promise<void> {
  const { stage, learning, learner, language, module, instructorId } = cast;
  const [assignment] = module.assignments;
  if (assignment === undefined) return;
  stage.chapter('An assignment, seen by a model and by a person');

  const submissionId = await stage.play('learning', `hands in “${assignment.title}”`, async () => {
    const { submission } = await submitAssignment(learning, {
      userId: learner.id,
      assignmentId: assignment.id,
      code: assignment.starterCode ?? '# my solution',
      language: language.name,
      languageId: language.id,
    });
    return {
      result: submission.id,
      rows: 1,
      detail: `${assignment.testCases.length} test cases are waiting`,
    };
  });

  await stage.play('learning', 'sees the tests run and pass', async () => {
    const { tries: claim } = await startRun(learning, submissionId);
    const { submission } = await gradeSubmission(learning, {
      submissionId,
      claim,
      status: 'PASSED',
      score: assignment.maxScore - 8,
    });
    const points = `${submission.score} of ${submission.maxScore}`;
    return { result: submission, rows: 3, detail: `PENDING → RUNNING → PASSED, ${points}` };
  });

  const analysis = await stage.play('learning', 'gets an analysis by a model', async () => {
    const written = await analyseSubmission(learning, {
      submissionId,
      author: { aiModel: 'reviewer-2' },
      findings: {
        overallScore: 88,
        strengths: ['clear names'],
        weaknesses: ['no empty input case'],
        suggestions: ['handle the empty list first'],
        codeQuality: { correctness: 92, readability: 90, efficiency: 80, issues: [] },
      },
    });
    return { result: written, rows: 1, detail: `${written.analysisType}: ${written.suggestions.join(', ')}` };
  });

  await stage.play('learning', 'gets her instructor’s view on top of it', async () => {
    const hybrid = await analyseSubmission(learning, {
      submissionId,
      author: { analyzedBy: instructorId },
      findings: { detailedFeedback: 'Good start. Write the test for the empty list before you mend it.' },
      version: analysis.version,
    });
    return {
      result: hybrid,
      rows: 1,
      detail: `${hybrid.analysisType}, version ${hybrid.version}; nobody’s words are lost`,
    };
  });

  await hearInFeed(cast, 'hears of her grade', ({ type }) => type === 'ASSIGNMENT_GRADED');
}

/** Takes the module's quiz with one mistake; what was shown is kept with each answer. */
export async function takeQuiz(cast: Cast): Promise<void> {
  const { stage, learning, learner, module } = cast;
  const [quiz] = module.mcqQuizzes;
  if (quiz === undefined) return;
  stage.chapter('A quiz, and what it says about her');
  const { questions } = quiz;

  const attemptId = await stage.play('learning', `takes “${quiz.title}”`, async () => {
    const { attempt } = await startAttempt(learning, { userId: learner.id, quizId: quiz.id });
    for (const [index, { id: questionId, options }] of questions.entries()) {
      const optionId = options.find(({ isCorrect }) => isCorrect === index > 0)?.id ?? null;
      await answerQuestion(learning, { userId: learner.id, attemptId: attempt.id, questionId, optionId });
    }
    const detail = `${questions.length} questions, the first one wrong; each answer keeps what was shown`;
    return { result: attempt.id, rows: 1 + questions.length, detail };
  });

  const { attempt, progress } = await stage.play('learning', 'gets her score', async () => {
    const finished = await finishAttempt(learning, { userId: learner.id, attemptId });
    const { score, maxScore, passed } = finished.attempt;
    const outcome = `${score} of ${maxScore}, ${passed ? 'passed' : 'not passed'}`;
    const completion = finished.progress.completesModule
      ? 'with that the module is completed'
      : 'not done yet';
    return { result: finished, rows: 3, detail: `${outcome}; ${completion}` };
  });

  await stage.play('learning', 'gets an analysis of it', async () => {
    const analysis = await analyseAttempt(learning, {
      attemptId,
      author: { aiModel: 'reviewer-2' },
      findings: {
        performanceBreakdown: {
          topics: [{ topic: module.title, correct: questions.length - 1, total: questions.length }],
          skipped: 0,
        },
        strongTopics: [module.title],
        recommendations: ['repeat the first question tomorrow'],
      },
    });
    return { result: analysis, rows: 1, detail: analysis.recommendations.join(', ') };
  });

  const { score, maxScore, passed } = attempt;
  const quizDone = {
    type: 'QUIZ_COMPLETED',
    metadata: {
      quizId: quiz.id,
      quizTitle: quiz.title,
      attemptId,
      score: score ?? 0,
      maxScore,
      passed: passed ?? false,
    },
  } as const;
  await reportActivity(cast, quizDone, `Maya scored ${score} of ${maxScore} in a quiz`, 30);
  if (progress.completesModule) {
    await hearInFeed(cast, 'hears that the module is done', ({ type }) => type === 'MODULE_COMPLETED');
  }
}
