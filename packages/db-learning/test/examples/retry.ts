import type { ModuleId, ProgrammingLanguageId, UserId } from '@codezest/db-types';
import {
  enrol,
  findModuleTree,
  type PrismaClient,
  startModule,
  transaction,
  withRetry,
} from '../../src/index.js';

/** Enrolled and begun, or neither. */
export const enrolAndBegin = (
  client: PrismaClient,
  learner: { userId: UserId; languageId: ProgrammingLanguageId; moduleId: ModuleId },
) =>
  transaction(client, async (open) => {
    await enrol(open, learner);
    return startModule(open, learner);
  });

/** To read twice is the same as once, so also after a lost connection. */
export const moduleOf = (client: PrismaClient, moduleId: ModuleId) =>
  withRetry(() => findModuleTree(client, moduleId), { idempotent: true });
