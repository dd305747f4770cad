import type { AssignmentSubmissionId, CertificateId, ModuleId } from '@codezest/db-types';
import {
  analyseAttempt,
  analyseSubmission,
  claimReview,
  claimSubmission,
  endRunOutAttempts,
  extendClaim,
  gradeSubmission,
  issueCertificate,
  type PrismaClient,
  refreshStaleProgress,
  releaseClaim,
  renewCertificate,
  reportCompletions,
  requeueStaleSubmissions,
  revokeCertificate,
  startRun,
} from '../../src/index.js';
import { type Act, isPicked, picked, type Scene } from './picks.js';
import type { World } from './raw-rows.js';

const submissionOf = (scene: Scene) => picked(scene.rows.submissions, scene);
const claimOf = (scene: Scene) => {
  const { id, tries } = submissionOf(scene);
  return { submissionId: id as AssignmentSubmissionId, claim: tries };
};
const graded =
  (status: 'PASSED' | 'FAILED', score: number): Act =>
  (open, scene) =>
    gradeSubmission(open, {
      submissionId: submissionOf(scene).id as AssignmentSubmissionId,
      ...(submissionOf(scene).status === 'RUNNING' ? { claim: submissionOf(scene).tries } : {}),
      status,
      score,
    });
const certificateOf = (scene: Scene) => picked(scene.rows.certificates, scene).id as CertificateId;
const model = { aiModel: 'reviewer-2' };

/** What graders do, people and programs, and what admins and their jobs do. */
export const graders: Record<string, Act> = {
  claimSubmission: (open) => claimSubmission(open),
  startRun: (open, scene) => startRun(open, submissionOf(scene).id as AssignmentSubmissionId),
  extendClaim: (open, scene) => extendClaim(open, claimOf(scene)),
  releaseClaim: (open, scene) => releaseClaim(open, claimOf(scene)),
  requeueStaleSubmissions: (open) => requeueStaleSubmissions(open),
  pass: graded('PASSED', 90.5),
  fail: graded('FAILED', 12),
  claimReview: (open) => claimReview(open),
  analyseSubmission: (open, scene) =>
    analyseSubmission(open, { submissionId: claimOf(scene).submissionId, author: model, findings: {} }),
  analyseAttempt: (open, scene) =>
    analyseAttempt(open, {
      attemptId: picked(scene.rows.attempts, scene).id as never,
      author: model,
      findings: { performanceBreakdown: { topics: [], skipped: 0 } },
    }),
  issueCertificate: (open, scene) =>
    issueCertificate(open, {
      userId: picked(scene.world.learners, scene),
      title: 'Done',
      ...(isPicked(scene, 2)
        ? { moduleId: picked(scene.rows.modules, scene, 1).id as ModuleId }
        : { languageId: picked(scene.world.languages, scene, 1) }),
    }),
  renewCertificate: (open, scene) => renewCertificate(open, { certificateId: certificateOf(scene) }),
  revokeCertificate: (open, scene) =>
    revokeCertificate(open, { certificateId: certificateOf(scene), reason: 'The work was copied.' }),
  refreshStaleProgress: (open) => refreshStaleProgress(open, { limit: 2 }),
  reportCompletions: (open) => reportCompletions(open, async () => {}),
};

/** Lets the time of the open attempts run out, and ends them. */
export async function timeRunsOut(client: PrismaClient, world: World): Promise<void> {
  await client.mCQAttempt.updateMany({
    where: { userId: { in: [...world.learners] }, status: 'IN_PROGRESS', timeLimit: { not: null } },
    data: { startedAt: new Date('2026-01-01') },
  });
  while ((await endRunOutAttempts(client)).length > 0);
}
