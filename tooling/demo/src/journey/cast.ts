import {
  type PrismaClient as ActivityClient,
  awardPoints,
  listActivity,
  newActivityId,
} from '@codezest/db-activity';
import type { PrismaClient as AuthClient, UserWithoutSecrets } from '@codezest/db-auth';
import type { PrismaClient as LearningClient, ModuleTree, ProgrammingLanguage } from '@codezest/db-learning';
import type { PrismaClient as NotificationsClient } from '@codezest/db-notifications';
import type { PrismaClient as PaymentsClient } from '@codezest/db-payments';
import type { Activity, UserId } from '@codezest/db-types';
import type { Stage } from '../stage.js';
import type { Telling } from '../telling.js';

/** A client for each service's database. Only this demo holds all five; a service holds its own. */
export interface Clients {
  readonly auth: AuthClient;
  readonly learning: LearningClient;
  readonly payments: PaymentsClient;
  readonly notifications: NotificationsClient;
  readonly activity: ActivityClient;
}

/** Who and what the chapters are about. */
export interface Cast extends Clients {
  readonly stage: Stage;
  readonly telling: Telling;
  readonly learner: UserWithoutSecrets;
  readonly instructorId: UserId;
  readonly language: ProgrammingLanguage;
  readonly module: ModuleTree;
}

export const TIME_ZONE = 'Europe/Stockholm';

/** What an event of another service becomes in the feed. Nobody calls activity for it. */
export async function hearInFeed(
  { stage, telling, activity, learner }: Pick<Cast, 'stage' | 'telling' | 'activity' | 'learner'>,
  what: string,
  isTold: (entry: { readonly type: string; readonly metadata: unknown }) => boolean,
): Promise<void> {
  await stage.play('activity', what, async () => {
    const entry = await telling.heard(async () =>
      (await listActivity(activity, learner.id)).items.find(isTold),
    );
    return {
      result: entry,
      rows: 1,
      detail: `“${entry.description}”, by an event: once, however often it is delivered`,
    };
  });
}

/** What the activity service does with a report of the browser: feed, points, level and streak in one statement. */
export async function reportActivity(
  { stage, activity, learner }: Pick<Cast, 'stage' | 'activity' | 'learner'>,
  reported: Activity,
  description: string,
  points: number,
): Promise<void> {
  const what = `notes ${reported.type.toLowerCase().replaceAll('_', ' ')}`;
  await stage.play('activity', what, async () => {
    const entry = { ...reported, id: newActivityId(), userId: learner.id, description };
    const { engagement } = await awardPoints(activity, entry, { points, timeZone: TIME_ZONE });
    const standing = `${engagement?.points} points, level ${engagement?.level}, ${engagement?.streak} day streak`;
    return { result: engagement, rows: 2, detail: `“${description}” · ${standing}` };
  });
}
