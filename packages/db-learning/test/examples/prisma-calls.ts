import type {
  AssignmentId,
  AssignmentSubmissionId,
  MCQAttemptId,
  MCQQuizId,
  ProgrammingLanguageId,
  UserId,
} from '@codezest/db-types';
import type { PrismaClient } from '../../src/index.js';

/** The live one, whatever was deleted before under this slug. */
export const languageBySlug = (client: PrismaClient, slug: string) =>
  client.programmingLanguage.findUnique({ where: { slug } });

export const submissionsOf = (client: PrismaClient, userId: UserId, assignmentId: AssignmentId) =>
  client.assignmentSubmission.findMany({
    where: { userId, assignmentId },
    orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }],
    take: 20,
  });

/** The database refuses this for a submission that is graded: `assignment_submissions_transition_rule`. */
export const runFailed = (client: PrismaClient, id: AssignmentSubmissionId, feedback: string) =>
  client.assignmentSubmission.update({ where: { id }, data: { status: 'ERROR', feedback } });

export const abandon = (client: PrismaClient, userId: UserId, id: MCQAttemptId) =>
  client.mCQAttempt.updateMany({
    where: { id, userId, status: 'IN_PROGRESS' },
    data: { status: 'ABANDONED' },
  });

/** Nobody starts it any more; who has started it goes on. */
export const withdraw = (client: PrismaClient, id: MCQQuizId) =>
  client.mCQQuiz.update({ where: { id, deletedAt: null }, data: { publishedAt: null } });

/** For an author's wastebasket: what was deleted is found by who names it. */
export const deletedModules = (client: PrismaClient, languageId: ProgrammingLanguageId) =>
  client.module.findMany({ where: { languageId, deletedAt: { not: null } }, orderBy: { deletedAt: 'desc' } });

export const pause = (client: PrismaClient, userId: UserId, languageId: ProgrammingLanguageId) =>
  client.languageEnrollment.update({
    where: { userId_languageId: { userId, languageId }, status: 'ACTIVE' },
    data: { status: 'PAUSED' },
  });

export const figures = (client: PrismaClient, userId: UserId) =>
  client.learnerStats.findUnique({ where: { userId } });
