import { type Cast, reportActivity } from './cast.js';

/** Enrols and works through the first module's materials. */
export async function enrolAndRead(cast: Cast): Promise<void> {
  const { stage, learning, learner, language, module } = cast;
  stage.chapter(`Maya learns ${language.name}`);

  await stage.play('learning', `enrols in ${language.name} and opens “${module.title}”`, async () => {
    const enrolment = await learning.languageEnrollment.create({
      data: { userId: learner.id, languageId: language.id, weeklyHours: 6 },
    });
    await learning.moduleProgress.create({
      data: { userId: learner.id, moduleId: module.id, status: 'IN_PROGRESS', startedAt: new Date() },
    });
    return { result: enrolment, rows: 2 };
  });
  await reportActivity(cast, 'LANGUAGE_ENROLLED', `Maya started learning ${language.name}`, {
    languageId: language.id,
    languageName: language.name,
  });

  await stage.play('learning', 'reads every material of the module', async () => {
    const materials = await learning.material.findMany({
      where: { moduleId: module.id, deletedAt: null },
      orderBy: [{ order: 'asc' }, { id: 'asc' }],
    });
    const completedAt = new Date();
    await learning.materialProgress.createMany({
      data: materials.map(({ id }) => ({
        userId: learner.id,
        materialId: id,
        completed: true,
        viewCount: 1,
        completedAt,
      })),
    });
    return {
      result: materials,
      rows: materials.length,
      detail: materials.map(({ title }) => title).join(' · '),
    };
  });
}

/** Hands in code; a model looks at it at once, an instructor adds to it. */
export async function submitAssignment(cast: Cast): Promise<void> {
  const { stage, learning, learner, language, module, instructorId } = cast;
  stage.chapter('An assignment, seen by a model and by a person');
  const assignment = await learning.assignment.findFirstOrThrow({
    where: { moduleId: module.id, deletedAt: null },
    orderBy: { id: 'asc' },
  });
  const score = assignment.maxScore - 8;

  const submission = await stage.play('learning', `hands in “${assignment.title}”`, async () => {
    const handedIn = await learning.assignmentSubmission.create({
      data: {
        userId: learner.id,
        assignmentId: assignment.id,
        code: assignment.starterCode ?? '# my solution',
        language: language.name,
        languageId: language.id,
        maxScore: assignment.maxScore,
      },
    });
    return { result: handedIn, rows: 1, detail: `${assignment.testCases.length} test cases are waiting` };
  });

  await stage.play('learning', 'sees the tests run and pass', async () => {
    const where = { id: submission.id };
    await learning.assignmentSubmission.update({ where, data: { status: 'RUNNING' } });
    const graded = await learning.assignmentSubmission.update({
      where,
      data: { status: 'PASSED', score, gradedAt: new Date() },
    });
    return { result: graded, rows: 2, detail: `PENDING → RUNNING → PASSED, ${score} of ${graded.maxScore}` };
  });

  const analysis = await stage.play('learning', 'gets an analysis by a model', async () => {
    const written = await learning.assignmentAnalysis.create({
      data: {
        submissionId: submission.id,
        analysisType: 'AI',
        aiModel: 'reviewer-2',
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
    const hybrid = await learning.assignmentAnalysis.update({
      where: { id: analysis.id, version: analysis.version },
      data: {
        analysisType: 'HYBRID',
        analyzedBy: instructorId,
        detailedFeedback: 'Good start. Write the test for the empty list before you mend it.',
        version: { increment: 1 },
      },
    });
    return { result: hybrid, rows: 1, detail: `${hybrid.analysisType}, version ${hybrid.version}` };
  });

  await reportActivity(cast, 'ASSIGNMENT_GRADED', `Maya passed ${assignment.title}`, {
    assignmentId: assignment.id,
    assignmentTitle: assignment.title,
    submissionId: submission.id,
    score,
    maxScore: assignment.maxScore,
  });
}

/** Takes the module's quiz with one mistake; what was shown is kept with each answer. */
export async function takeQuiz(cast: Cast): Promise<void> {
  const { stage, learning, learner, module } = cast;
  stage.chapter('A quiz, and what it says about her');
  const order = [{ order: 'asc' as const }, { id: 'asc' as const }];
  const quiz = await learning.mCQQuiz.findFirstOrThrow({
    where: { moduleId: module.id, deletedAt: null, publishedAt: { not: null } },
    include: {
      questions: {
        where: { deletedAt: null },
        orderBy: order,
        include: { options: { where: { deletedAt: null }, orderBy: order } },
      },
    },
  });
  const { questions } = quiz;
  const maxScore = questions.reduce((sum, { points }) => sum + points, 0);
  const score = maxScore - (questions[0]?.points ?? 0);
  const passed = score * 100 >= quiz.passingScore * maxScore;

  const attempt = await stage.play('learning', `takes “${quiz.title}”`, async () => {
    const started = await learning.mCQAttempt.create({
      data: { userId: learner.id, quizId: quiz.id, attemptNumber: 1, maxScore },
    });
    await learning.mCQAnswer.createMany({
      data: questions.map(({ id: questionId, question, points, options }, index) => {
        const chosen = options.find(({ isCorrect }) => isCorrect === index > 0);
        return {
          attemptId: started.id,
          quizId: quiz.id,
          questionId,
          selectedOptionId: chosen?.id,
          isCorrect: chosen?.isCorrect ?? false,
          snapshot: {
            question,
            points,
            options: options.map(({ id, optionText, isCorrect }) => ({ id, text: optionText, isCorrect })),
          },
        };
      }),
    });
    return {
      result: started,
      rows: 1 + questions.length,
      detail: `${questions.length} questions, the first one wrong`,
    };
  });

  await stage.play('learning', 'gets her score and its analysis', async () => {
    await learning.mCQAttempt.update({
      where: { id: attempt.id },
      data: { status: 'COMPLETED', score, passed, completedAt: new Date() },
    });
    const analysis = await learning.quizAnalysis.create({
      data: {
        attemptId: attempt.id,
        analysisType: 'AI',
        aiModel: 'reviewer-2',
        performanceBreakdown: {
          topics: [{ topic: module.title, correct: questions.length - 1, total: questions.length }],
          skipped: 0,
        },
        strongTopics: [module.title],
        recommendations: ['repeat the first question tomorrow'],
      },
    });
    return {
      result: analysis,
      rows: 2,
      detail: `${score} of ${maxScore}, ${passed ? 'passed' : 'not passed'}`,
    };
  });
  await reportActivity(cast, 'QUIZ_COMPLETED', `Maya scored ${score}/${maxScore} in ${quiz.title}`, {
    quizId: quiz.id,
    quizTitle: quiz.title,
    attemptId: attempt.id,
    score,
    maxScore,
    passed,
  });
}
