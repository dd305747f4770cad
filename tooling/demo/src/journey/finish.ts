import { randomBytes } from 'node:crypto';
import { type Cast, reportActivity } from './cast.js';

/** Completes the module and earns its certificate, in one transaction with the learner's figures. */
export async function completeModule(cast: Cast): Promise<void> {
  const { stage, learning, learner, module } = cast;
  stage.chapter('The module is done');

  const certificate = await stage.play(
    'learning',
    `completes “${module.title}” and earns its certificate`,
    async () => {
      const now = new Date();
      const issued = await learning.$transaction(async (transaction) => {
        await transaction.moduleProgress.update({
          where: { userId_moduleId: { userId: learner.id, moduleId: module.id } },
          data: { status: 'COMPLETED', progressPercent: 100, completedAt: now, version: { increment: 1 } },
        });
        await transaction.learnerStats.create({
          data: {
            userId: learner.id,
            modulesCompleted: 1,
            assignmentsPassed: 1,
            quizzesPassed: 1,
            certificatesEarned: 1,
            lastLearnedAt: now,
          },
        });
        return transaction.certificate.create({
          data: {
            userId: learner.id,
            type: 'MODULE_COMPLETION',
            moduleId: module.id,
            title: `${module.title} completed`,
            credentialId: randomBytes(16).toString('hex'),
            score: 92,
            grade: 'MERIT',
          },
        });
      });
      return {
        result: issued,
        rows: 3,
        detail: `credential ${issued.credentialId.slice(0, 12)}…, from now on unchangeable`,
      };
    },
  );
  await reportActivity(cast, 'CERTIFICATE_EARNED', `Maya earned a certificate for ${module.title}`, {
    certificateId: certificate.id,
    certificateTitle: certificate.title,
    credentialId: certificate.credentialId,
  });
}
