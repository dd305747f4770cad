import type { AssignmentId, AssignmentSubmissionId, UserId } from '@codezest/db-types';
import {
  type AssignmentSubmission,
  analyseSubmission,
  type Client,
  claimReview,
  claimSubmission,
  extendClaim,
  gradeSubmission,
  releaseClaim,
  requeueStaleSubmissions,
  startRun,
  submitAssignment,
} from '../../src/index.js';

export async function handIn(client: Client, userId: UserId, assignmentId: AssignmentId, code: string) {
  const handedIn = { userId, assignmentId, code, language: 'Python 3.13' };
  return (await submitAssignment(client, handedIn)).submission;
}

/** A worker's turn: `run` gives the score. Of many workers each gets another submission. */
export async function work(client: Client, run: (submission: AssignmentSubmission) => Promise<number>) {
  const submission = await claimSubmission(client, { worker: 'runner-7', leaseSeconds: 120 });
  if (submission === null) return null; // nothing waits
  const held = { submissionId: submission.id, claim: submission.tries };
  const beat = setInterval(() => extendClaim(client, held).catch(() => clearInterval(beat)), 60_000);
  const score = await run(submission)
    .catch((error: unknown) => releaseClaim(client, held).then(() => Promise.reject(error)))
    .finally(() => clearInterval(beat));
  const status = score * 2 >= submission.maxScore ? 'PASSED' : 'FAILED';
  return gradeSubmission(client, { ...held, status, score });
}

/** Takes a certain one: `tries` is the claim here as well. */
export const take = (client: Client, submissionId: AssignmentSubmissionId) => startRun(client, submissionId);

/** For a job that runs every minute: what a dead or stalled worker had goes to another one. */
export const requeue = (client: Client) => requeueStaleSubmissions(client);

/** The oldest submission that waits for a person; `analyseSubmission` takes its `reviewTries` as the claim. */
export const nextForInstructor = (client: Client) => claimReview(client, { leaseSeconds: 1_800 });

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
