import type { PrismaClient as ActivityClient } from '@codezest/db-activity';
import type { PrismaClient as AuthClient } from '@codezest/db-auth';
import type { PrismaClient as LearningClient } from '@codezest/db-learning';
import type { PrismaClient as NotificationsClient } from '@codezest/db-notifications';
import type { PrismaClient as PaymentsClient } from '@codezest/db-payments';

/** A client for each service's database. Only this demo holds all five; a service holds its own. */
export interface Clients {
  readonly auth: AuthClient;
  readonly learning: LearningClient;
  readonly payments: PaymentsClient;
  readonly notifications: NotificationsClient;
  readonly activity: ActivityClient;
}
