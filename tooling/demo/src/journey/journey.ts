import { findModuleTree } from '@codezest/db-learning';
import type { Clients } from '../clients.js';
import type { Stage } from '../stage.js';
import type { Telling } from '../telling.js';
import { arrive } from './arrive.js';
import { beForgotten } from './be-forgotten.js';
import type { Cast } from './cast.js';
import { earnCertificate } from './earn-certificate.js';
import { hearAndLookBack } from './hear-and-look-back.js';
import { enrolAndRead, handInAssignment, takeQuiz } from './study.js';
import { upgrade } from './upgrade.js';

/**
 * A learner's way from registration to certificate and PRO, and out again, each step through the package of the service that
 * owns it. What one service knows, the others hear by events alone.
 */
export async function playJourney(clients: Clients, stage: Stage, telling: Telling): Promise<void> {
  const learner = await arrive({ ...clients, stage, telling });
  const cast: Cast = { ...clients, stage, telling, learner, ...(await firstLesson(clients)) };
  await enrolAndRead(cast);
  await handInAssignment(cast);
  await takeQuiz(cast);
  await earnCertificate(cast);
  await upgrade(cast);
  await hearAndLookBack(cast);
  await beForgotten(cast);
}

async function firstLesson({
  auth,
  learning,
}: Clients): Promise<Pick<Cast, 'instructorId' | 'language' | 'module'>> {
  const { id: instructorId } = await auth.user.findFirstOrThrow({
    where: { role: 'INSTRUCTOR', deletedAt: null },
    orderBy: { createdAt: 'asc' },
  });
  const language = await learning.programmingLanguage.findFirstOrThrow({
    where: { slug: 'python', deletedAt: null },
  });
  const { id } = await learning.module.findFirstOrThrow({
    where: { languageId: language.id, deletedAt: null },
    orderBy: [{ order: 'asc' }, { id: 'asc' }],
  });
  const module = await findModuleTree(learning, id);
  if (module === null) throw new Error('The first module has gone since it was found; play again.');
  return { instructorId, language, module };
}
