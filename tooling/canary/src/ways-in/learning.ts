import { randomUUID } from 'node:crypto';
import type * as Learning from '@codezest/db-learning';
import type { Factories } from '@codezest/db-learning/testing';
import { receiveTold } from './received-events.js';
import type { WaysIn } from './way-in.js';

type PrismaClient = Learning.PrismaClient;
type UserId = Learning.NewEnrolment['userId'];

/** A course as the factories make it; what learners and authors write into it comes by the steps. */
export async function createCourse(make: Factories) {
  const language = await make.programmingLanguage();
  const module = await make.module({ languageId: language.id });
  return {
    language,
    module,
    material: await make.material({ moduleId: module.id }),
    assignment: await make.assignment({ moduleId: module.id }),
    quiz: await make.mCQQuiz({ moduleId: module.id }),
  };
}

const courseOfNothing = {
  slug: 'canary',
  icon: null,
  difficulty: 'BEGINNER' as const,
  isActive: true,
  licence: null,
  layout: 'MARKDOWN' as const,
  modules: [],
};

export type Course = Awaited<ReturnType<typeof createCourse>>;

export function learningWaysIn(learning: typeof Learning, course: Course): WaysIn<PrismaClient> {
  const { language, module, material, assignment, quiz } = course;
  const userId = randomUUID() as UserId;
  let submissionId = '' as Learning.SubmissionAnalysis['submissionId'];
  let attemptId = '' as Learning.AttemptAnalysis['attemptId'];
  let question = {} as Learning.QuestionTree;
  let certificateId = '' as Learning.Certificate['id'];

  return {
    async 'a quiz'(give, client) {
      const content = {
        question: give.text('question'),
        explanation: give.text('explanation'),
        points: 10,
        options: [
          { text: give.text('right option'), isCorrect: true },
          { text: give.text('wrong option'), isCorrect: false },
        ],
      };
      const { updatedAt } = await client.mCQQuiz.findUniqueOrThrow({ where: { id: quiz.id } });
      const edited = await learning.editQuiz(client, {
        quizId: give.id(quiz.id),
        basedOn: updatedAt,
        settings: { title: give.text('title of a quiz'), description: give.text('description of a quiz') },
        questions: [content],
      });
      question = edited.questions[0] as Learning.QuestionTree;
      question = await learning.replaceQuestion(client, { ...content, questionId: give.id(question.id) });
      await learning.publishQuiz(client, give.id(quiz.id));
      await give.refusal(
        learning.editQuiz(client, { quizId: quiz.id, basedOn: new Date(0), questions: [content] }),
      );
    },
    async 'the order of a course'(give, client) {
      await learning.reorderModules(client, {
        languageId: give.id(language.id),
        order: [give.id(module.id)],
      });
      await learning.reorderMaterials(client, {
        moduleId: give.id(module.id),
        order: [give.id(material.id)],
      });
      await learning.reorderQuestions(client, { quizId: give.id(quiz.id), order: [give.id(question.id)] });
      const wrong = give.secret('token as the id of a module') as typeof module.id;
      await give.refusal(learning.reorderModules(client, { languageId: language.id, order: [wrong] }));
      await learning.restoreModule(client, give.id(module.id));
      await learning.restoreLanguage(client, give.id(language.id));
    },
    async 'a course'(give, client) {
      const content = {
        ...courseOfNothing,
        name: give.text('name of a course'),
        description: give.text('description of a course'),
        authored: { note: give.text('note of an author') },
        files: [
          {
            path: 'notes.txt',
            role: 'OTHER' as const,
            executable: false,
            content: Buffer.from(give.text('file of a course')),
          },
        ],
      };
      await learning.importCourse(client, content, { dryRun: false });
      await learning.exportCourse(client, content.slug);
      await give.refusal(
        learning.importCourse(client, { ...content, layout: give.text('form of a course') as 'MARKDOWN' }),
      );
    },
    async 'an enrolment'(give, client) {
      const learner = { userId: give.id(userId), moduleId: give.id(module.id) };
      await learning.enrol(client, { userId: give.id(userId), languageId: give.id(language.id) });
      await learning.startModule(client, learner);
      await learning.unmetPrerequisites(client, learner);
      await learning.arePrerequisitesSatisfied(client, learner);
      await learning.findModuleTree(client, give.id(module.id));
      await learning.courseOf(client, { userId: give.id(userId), languageId: give.id(language.id) });
      await learning.dashboardOf(client, give.id(userId));
      await learning.listReviewQueue(client, { languageId: give.id(language.id) });
      await learning.searchCatalogue(client, {
        text: give.text('text of a search'),
        languageId: give.id(language.id),
      });
      await learning.startMaterial(client, { userId: give.id(userId), materialId: give.id(material.id) });
      await learning.completeMaterial(client, { userId: give.id(userId), materialId: give.id(material.id) });
    },
    async 'a submission'(give, client) {
      const submitted = await learning.submitAssignment(client, {
        userId: give.id(userId),
        assignmentId: give.id(assignment.id),
        code: give.text('code'),
        language: give.text('language'),
      });
      submissionId = submitted.submission.id;
      const worker = give.text('worker');
      const first = (await learning.claimSubmission(client, { worker })) as Learning.AssignmentSubmission;
      await learning.extendClaim(client, { submissionId: give.id(first.id), claim: first.tries });
      await learning.releaseClaim(client, { submissionId: give.id(first.id), claim: first.tries });
      await learning.requeueStaleSubmissions(client);
      await learning.claimReview(client);
      const { tries: claim } = await learning.startRun(client, give.id(submissionId), { worker });
      await give.refusal(learning.startRun(client, submissionId));
      await learning.gradeSubmission(client, {
        submissionId: give.id(submissionId),
        claim,
        status: 'PASSED',
        score: 90,
        feedback: give.text('feedback'),
      });
    },
    async 'an analysis of a submission'(give, client) {
      await learning.analyseSubmission(client, {
        submissionId: give.id(submissionId),
        author: { aiModel: give.text('model'), aiPrompt: give.text('prompt') },
        findings: {
          overallScore: 90,
          strengths: [give.text('strength')],
          weaknesses: [give.text('weakness')],
          suggestions: [give.text('suggestion')],
          detailedFeedback: give.text('detailed feedback'),
          codeQuality: {
            correctness: 90,
            readability: 80,
            efficiency: 70,
            issues: [{ severity: 'INFO', message: give.text('issue') }],
          },
        },
      });
    },
    async 'an attempt'(give, client) {
      const learner = { userId: give.id(userId), quizId: give.id(quiz.id) };
      attemptId = (await learning.startAttempt(client, learner)).attempt.id;
      const chosen = {
        userId: give.id(userId),
        attemptId: give.id(attemptId),
        questionId: give.id(question.id),
      };
      const unknown = give.secret('token as the id of an option') as NonNullable<
        Learning.ChosenOption['optionId']
      >;
      await give.refusal(learning.answerQuestion(client, { ...chosen, optionId: unknown }));
      const right = question.options.find(({ isCorrect }) => isCorrect)?.id ?? null;
      await learning.answerQuestion(client, { ...chosen, optionId: right && give.id(right) });
      await learning.finishAttempt(client, { userId: give.id(userId), attemptId: give.id(attemptId) });
      await learning.itemStatistics(client, give.id(quiz.id));
      await learning.endRunOutAttempts(client);
      await learning.refreshStaleProgress(client);
      await learning.reportCompletions(client, async () => {});
    },
    'an analysis of an attempt': (give, client) =>
      learning.analyseAttempt(client, {
        attemptId: give.id(attemptId),
        author: { analyzedBy: give.id(userId) },
        findings: {
          performanceBreakdown: { topics: [{ topic: give.text('topic'), correct: 1, total: 1 }], skipped: 0 },
          strongTopics: [give.text('strong topic')],
          weakTopics: [give.text('weak topic')],
          recommendations: [give.text('recommendation')],
          insights: give.text('insights'),
        },
      }),
    async 'a certificate'(give, client) {
      const issued = await learning.issueCertificate(client, {
        userId: give.id(userId),
        moduleId: give.id(module.id),
        title: give.text('title of a certificate'),
        description: give.text('description of a certificate'),
        certificateUrl: give.text('certificate URL', (text) => `https://example.com/${text}`),
      });
      const holderName = give.text('holder name');
      const renewal = { certificateId: give.id(issued.certificate.id), holderName };
      certificateId = (await learning.renewCertificate(client, renewal)).certificate.id;
      await learning.verifyCertificate(client, issued.certificate.credentialId);
      const issuer = { id: 'https://codezest.example', name: give.text('name of the issuer') };
      await learning.achievementCredential(client, give.id(issued.certificate.id), { issuer });
      await learning.verifyCertificate(client, give.text('unknown credential'));
      await learning.revokeCertificate(client, {
        certificateId: give.id(certificateId),
        reason: give.text('reason'),
      });
    },
    async 'what the others are told'(give, client) {
      const event = {
        type: 'certificate.issued' as const,
        version: 1 as const,
        aggregateType: 'learning.certificate' as const,
        aggregateId: give.id(certificateId),
        aggregateVersion: 1,
        traceContext: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        payload: {
          userId: give.id(userId),
          certificateId: give.id(certificateId),
          certificateTitle: give.text('told title'),
          credentialId: '0123456789abcdef',
        },
      };
      await client.$transaction((open) => learning.publish(open, event));
      await learning.deleteDeliveredEvents(client, { batch: 100 });
    },
    async 'what others tell'(give, client) {
      await receiveTold(learning, client, give, {
        type: 'user.deleted',
        aggregateType: 'auth.user',
        aggregateId: userId,
        payload: { userId: give.id(userId) },
      });
    },
    async 'the rights of a person'(give, client) {
      const person = randomUUID() as Parameters<typeof Learning.exportUser>[1];
      await learning.exportUser(client, give.id(person), () => undefined);
      // Only the owner of the tables may; what a service is told is printed where it is not.
      await learning
        .eraseUser(client, {
          userId: person,
          requestId: randomUUID() as Parameters<typeof Learning.eraseUser>[1]['requestId'],
        })
        .catch(() => undefined);
    },
  };
}
