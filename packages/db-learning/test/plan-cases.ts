import {
  type AssignmentId,
  type AssignmentSubmissionId,
  type CertificateId,
  type MaterialId,
  type MCQAttemptId,
  type MCQQuestionId,
  type MCQQuizId,
  type ModuleId,
  type ProgrammingLanguageId,
  parseUserId,
} from '@codezest/db-types';
import {
  type AssignmentSubmission,
  achievementCredential,
  analyseAttempt,
  analyseSubmission,
  answerQuestion,
  arePrerequisitesSatisfied,
  type Client,
  claimReview,
  claimSubmission,
  completeMaterial,
  courseOf,
  dashboardOf,
  editQuiz,
  endRunOutAttempts,
  enrol,
  extendClaim,
  findModuleTree,
  finishAttempt,
  gradeSubmission,
  issueCertificate,
  itemStatistics,
  listReviewQueue,
  publishQuiz,
  refreshStaleProgress,
  releaseClaim,
  renewCertificate,
  reorderMaterials,
  reorderModules,
  reorderQuestions,
  replaceQuestion,
  reportCompletions,
  requeueStaleSubmissions,
  restoreLanguage,
  restoreModule,
  revokeCertificate,
  searchCatalogue,
  startAttempt,
  startMaterial,
  startModule,
  startRun,
  submitAssignment,
  unmetPrerequisites,
  verifyCertificate,
} from '../src/index.js';
import { LANGUAGES, MODULES } from './plan-rows.js';

const idOf = <Id extends string>(n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}` as Id;
const userId = parseUserId(idOf(4711));
const module = ((4711 - 1) % MODULES) + 1;
const moduleId = idOf<ModuleId>(module);
const attemptId = idOf<MCQAttemptId>(4711);
const submissionId = idOf<AssignmentSubmissionId>(4711);
const model = { aiModel: 'reviewer-2' };

export interface PlanCase {
  title: string;
  run(client: Client): Promise<unknown>;
  /** Indexes meant for it, each used by one of its statements. */
  indexes: string[];
}

const admission = ['language_enrollments_user_id_language_id_key', 'module_progress_user_id_module_id_key'];

export const cases: PlanCase[] = [
  {
    title: 'findModuleTree',
    run: (client) => findModuleTree(client, moduleId),
    indexes: [
      'modules_pkey',
      'materials_module_id_order_id_idx',
      'assignments_module_id_created_at_id_idx',
      'mcq_quizzes_module_id_created_at_id_idx',
      // Either of the two indexes of options will do: a question has a handful.
      'mcq_questions_quiz_id_order_id_idx',
    ],
  },
  {
    title: 'courseOf',
    run: (client) =>
      courseOf(client, { userId, languageId: idOf<ProgrammingLanguageId>(((4711 - 1) % LANGUAGES) + 1) }),
    indexes: ['language_enrollments_user_id_language_id_key', 'module_progress_user_id_module_id_key'],
  },
  {
    title: 'dashboardOf',
    run: (client) => dashboardOf(client, userId),
    indexes: [
      'language_enrollments_user_id_language_id_key',
      'assignment_submissions_user_id_assignment_id_submitted_at_idx',
    ],
  },
  {
    title: 'searchCatalogue',
    run: async (client) => {
      await searchCatalogue(client);
      return searchCatalogue(client, { text: '1234 langauge', limit: 5 });
    },
    indexes: ['modules_search_words_live_idx'],
  },
  {
    title: 'listReviewQueue',
    run: (client) => listReviewQueue(client),
    indexes: ['assignment_submissions_submitted_at_id_unreviewed_idx'],
  },
  {
    title: 'startModule',
    run: (client) => startModule(client, { userId, moduleId }),
    indexes: ['modules_pkey', 'module_prerequisites_module_id_prerequisite_id_key', ...admission],
  },
  {
    title: 'unmetPrerequisites',
    run: (client) => unmetPrerequisites(client, { userId, moduleId }),
    indexes: ['module_prerequisites_module_id_prerequisite_id_key', 'module_progress_user_id_module_id_key'],
  },
  {
    title: 'arePrerequisitesSatisfied',
    run: (client) => arePrerequisitesSatisfied(client, { userId, moduleId }),
    indexes: ['modules_pkey', 'module_prerequisites_module_id_prerequisite_id_key'],
  },
  {
    title: 'startMaterial and completeMaterial',
    async run(client) {
      await startMaterial(client, { userId, materialId: idOf<MaterialId>(module) });
      return completeMaterial(client, { userId, materialId: idOf<MaterialId>(module) });
    },
    indexes: ['materials_pkey', ...admission],
  },
  {
    title: 'enrol',
    run: (client) => enrol(client, { userId, languageId: idOf<ProgrammingLanguageId>(1) }),
    indexes: [],
  },
  {
    title: 'submitAssignment',
    run: (client) =>
      submitAssignment(client, {
        userId,
        assignmentId: idOf<AssignmentId>(module),
        code: 'x',
        language: 'Python',
      }),
    indexes: ['assignments_pkey', ...admission],
  },
  {
    title: 'startRun and gradeSubmission',
    run: async (client) => {
      const { tries: claim } = await startRun(client, submissionId);
      await extendClaim(client, { submissionId, claim });
      return gradeSubmission(client, { submissionId, claim, status: 'PASSED', score: 90 });
    },
    indexes: ['assignment_submissions_pkey'],
  },
  {
    title: 'claimSubmission and releaseClaim',
    async run(client) {
      const { id, tries: claim } = (await claimSubmission(client)) as AssignmentSubmission;
      return releaseClaim(client, { submissionId: id, claim });
    },
    indexes: ['assignment_submissions_submitted_at_id_pending_idx'],
  },
  {
    title: 'claimSubmission of a language',
    run: (client) => claimSubmission(client, { languageId: idOf<ProgrammingLanguageId>(7) }),
    indexes: ['assignment_submissions_language_id_submitted_at_id_pending_idx'],
  },
  {
    title: 'requeueStaleSubmissions',
    run: (client) => requeueStaleSubmissions(client),
    indexes: ['assignment_submissions_claim_expires_at_running_idx'],
  },
  {
    title: 'claimReview',
    run: (client) => claimReview(client),
    indexes: ['assignment_submissions_submitted_at_id_unreviewed_idx'],
  },
  {
    title: 'refreshStaleProgress',
    run: (client) => refreshStaleProgress(client),
    indexes: [
      'module_progress_module_id_content_version_open_idx',
      'language_enrollments_language_id_content_version_kept_idx',
    ],
  },
  {
    title: 'reportCompletions',
    run: (client) => reportCompletions(client, async () => {}, { limit: 2 }),
    indexes: ['completions_created_at_id_unreported_idx', 'completions_pkey'],
  },
  {
    title: 'startAttempt',
    run: (client) => startAttempt(client, { userId, quizId: idOf<MCQQuizId>(module) }),
    indexes: ['mcq_quizzes_pkey', ...admission],
  },
  {
    title: 'answerQuestion and finishAttempt',
    run: async (client) => {
      await answerQuestion(client, {
        userId,
        attemptId,
        questionId: idOf<MCQQuestionId>(module),
        optionId: null,
      });
      return finishAttempt(client, { userId, attemptId });
    },
    indexes: ['mcq_attempts_pkey', 'mcq_answers_attempt_id_question_id_key', 'mcq_quizzes_pkey'],
  },
  {
    title: 'endRunOutAttempts',
    run: (client) => endRunOutAttempts(client, { limit: 2 }),
    indexes: ['mcq_attempts_started_at_timed_open_idx'],
  },
  {
    title: 'analyseSubmission',
    run: (client) => analyseSubmission(client, { submissionId, author: model, findings: {}, version: 0 }),
    indexes: ['assignment_submissions_pkey', 'assignment_analyses_submission_id_key'],
  },
  {
    title: 'analyseAttempt',
    run: async (client) => {
      await finishAttempt(client, { userId, attemptId });
      const findings = { performanceBreakdown: { topics: [], skipped: 2 } };
      return analyseAttempt(client, { attemptId, author: model, findings });
    },
    indexes: ['mcq_attempts_pkey', 'mcq_answers_attempt_id_question_id_key'],
  },
  {
    title: 'replaceQuestion',
    run: (client) =>
      replaceQuestion(client, {
        questionId: idOf<MCQQuestionId>(module),
        question: 'What?',
        options: [{ text: 'This.', isCorrect: true }],
      }),
    indexes: ['mcq_quizzes_pkey'],
  },
  {
    title: 'editQuiz and publishQuiz',
    async run(client) {
      const quizId = idOf<MCQQuizId>(module);
      const { updatedAt } = await publishQuiz(client, quizId);
      const questions = [{ question: 'What?', options: [{ text: 'This.', isCorrect: true }] }];
      return editQuiz(client, { quizId, basedOn: updatedAt, questions });
    },
    indexes: ['mcq_quizzes_pkey', 'mcq_questions_quiz_id_order_id_idx'],
  },
  {
    title: 'reorderQuestions',
    run: (client) =>
      reorderQuestions(client, {
        quizId: idOf<MCQQuizId>(module),
        order: [4, 3, 2, 1, 0].map((block) => idOf<MCQQuestionId>(module + block * MODULES)),
      }),
    indexes: ['mcq_quizzes_pkey', 'mcq_questions_quiz_id_order_id_idx'],
  },
  {
    title: 'reorderModules',
    run: (client) =>
      reorderModules(client, {
        languageId: idOf<ProgrammingLanguageId>(1),
        order: Array.from({ length: MODULES / LANGUAGES }, (_, n) => idOf<ModuleId>(1 + n * LANGUAGES)),
      }),
    // Either of the two indexes that begin with the language.
    indexes: [],
  },
  {
    title: 'reorderMaterials',
    run: (client) =>
      reorderMaterials(client, {
        moduleId,
        order: [2, 0, 1].map((block) => idOf<MaterialId>(module + block * MODULES)),
      }),
    indexes: ['modules_pkey', 'materials_module_id_order_id_idx'],
  },
  {
    title: 'restoreLanguage and restoreModule',
    run: async (client) => {
      await restoreLanguage(client, idOf<ProgrammingLanguageId>(1));
      return restoreModule(client, moduleId);
    },
    // Both tables are small.
    indexes: [],
  },
  {
    title: 'itemStatistics',
    run: (client) => itemStatistics(client, idOf<MCQQuizId>(module)),
    indexes: ['mcq_attempts_quiz_id_idx'],
  },
  {
    title: 'achievementCredential',
    run: (client) =>
      achievementCredential(client, idOf<CertificateId>(4711), {
        issuer: { id: 'https://a.example', name: 'A' },
      }),
    indexes: ['certificates_pkey'],
  },
  {
    title: 'certificates',
    run: async (client) => {
      await verifyCertificate(client, '1267'.padStart(32, '0'));
      await revokeCertificate(client, { certificateId: idOf<CertificateId>(4711), reason: 'Copied.' });
      const { certificate } = await issueCertificate(client, { userId, moduleId, title: 'Again' });
      return renewCertificate(client, { certificateId: certificate.id });
    },
    indexes: [
      'certificates_renewal_of_id_key',
      'certificates_credential_id_key',
      'certificates_pkey',
      ...admission,
    ],
  },
];
