import type { PrismaClient as ActivityClient } from '@codezest/db-activity';
import type { PrismaClient as AuthClient, User } from '@codezest/db-auth';
import type { PrismaClient as LearningClient, Module, ProgrammingLanguage } from '@codezest/db-learning';
import type { PrismaClient as NotificationsClient } from '@codezest/db-notifications';
import type { PrismaClient as PaymentsClient } from '@codezest/db-payments';
import type { ActivityMetadataByType, ActivityType, UserId } from '@codezest/db-types';
import type { Stage } from '../stage.js';

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
  readonly learner: Pick<User, 'id' | 'email' | 'firstName' | 'lastName' | 'role'>;
  readonly instructorId: UserId;
  readonly language: ProgrammingLanguage;
  readonly module: Module;
}

/** What a service does when it reports something to the activity service. */
export async function reportActivity<Type extends ActivityType>(
  { stage, activity, learner }: Pick<Cast, 'stage' | 'activity' | 'learner'>,
  type: Type,
  description: string,
  metadata: ActivityMetadataByType[Type],
): Promise<void> {
  await stage.play('activity', `notes ${type.toLowerCase().replaceAll('_', ' ')}`, async () => {
    const entry = await activity.userActivity.create({
      data: { userId: learner.id, type, description, metadata },
    });
    return { result: entry, rows: 1, detail: description };
  });
}
