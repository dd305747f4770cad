import type { AssignmentId, AssignmentSubmissionId, UserId } from '@codezest/db-types';
import {
  type AssignmentSubmission,
  analyseSubmission,
  type Client,
  gradeSubmission,
  startRun,
  submitAssignment,
} from '../../src/index.js';

export async function handIn(client: Client, userId: UserId, assignmentId: AssignmentId, code: string) {
  const handedIn = { userId, assignmentId, code, language: 'Python 3.13' };
  return (await submitAssignment(client, handedIn)).submission;
}

/** `run` gives the score. Of several workers one gets past the first line. */
export async function work(
  client: Client,
  submissionId: AssignmentSubmissionId,
  run: (submission: AssignmentSubmission) => Promise<number>,
) {
  const submission = await startRun(client, submissionId);
  const score = await run(submission);
  const status = score * 2 >= submission.maxScore ? 'PASSED' : 'FAILED';
  return gradeSubmission(client, { submissionId, status, score });
}

/** A model first; then a person on top of the version that they were shown. */
export async function review(client: Client, submissionId: AssignmentSubmissionId, instructorId: UserId) {
  const byModel = await analyseSubmission(client, {
    submissionId,
    author: { aiModel: 'reviewer-2' },
    findings: { overallScore: 88, strengths: ['clear names'], suggestions: ['handle the empty list'] },
  });
  return analyseSubmission(client, {
    submissionId,
    author: { analyzedBy: instructorId },
    findings: { detailedFeedback: 'Write the test for the empty list first.' },
    version: byModel.version,
  });
}
