import { issueCertificate, verifyCertificate } from '@codezest/db-learning';
import { type Cast, hearInFeed } from './cast.js';

/** Earns the certificate of the completed module, which anybody with its number can check. */
export async function earnCertificate(cast: Cast): Promise<void> {
  const { stage, learning, learner, module } = cast;
  stage.chapter('The module is done');

  const certificate = await stage.play('learning', `earns the certificate of “${module.title}”`, async () => {
    const { certificate: issued, stats } = await issueCertificate(learning, {
      userId: learner.id,
      moduleId: module.id,
      title: `${module.title} completed`,
      score: 92,
      grade: 'MERIT',
    });
    const figures = `${stats.modulesCompleted} module, ${stats.certificatesEarned} certificate`;
    return { result: issued, rows: 2, detail: `issued once and never changed; her figures: ${figures}` };
  });
  await stage.play('learning', 'shows it to an employer', async () => {
    const verified = await verifyCertificate(learning, certificate.credentialId);
    const number = `${certificate.credentialId.slice(0, 8)}…`;
    return { result: verified, detail: `credential ${number} is ${verified?.validity}` };
  });

  await hearInFeed(cast, 'hears of her certificate', ({ type }) => type === 'CERTIFICATE_EARNED');
}
