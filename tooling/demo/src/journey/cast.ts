import { awardPoints, listActivity, newActivityId } from '@codezest/db-activity';
import type { UserWithoutSecrets } from '@codezest/db-auth';
import type { ModuleTree, ProgrammingLanguage } from '@codezest/db-learning';
import type { Activity, UserId } from '@codezest/db-types';
import type { Clients } from '../clients.js';
import type { Stage } from '../stage.js';
import type { Telling } from '../telling.js';

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
