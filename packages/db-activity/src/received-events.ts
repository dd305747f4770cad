import {
  eventBacklog as backlogOf,
  type Consumer,
  type EventBacklog,
  effect,
  eraseUsers,
  type Received,
  type ReceiveOptions,
  receiveEvents as receiveEventsAs,
} from '@codezest/db-core';
import {
  certificateIssued,
  entitlementChanged,
  moduleCompleted,
  submissionGraded,
  type UserActivityId,
  userRegistered,
} from '@codezest/db-types';
import type { Client, PrismaClient, TransactionClient } from './client.js';
import { beginEngagements } from './engagement.js';
import type { NewActivity } from './event-kinds.js';
import { personalData } from './personal-data.js';
import { recordActivities } from './recording.js';

/** An entry of the feed per event, whose id it has: it happened when the event did, and is there once. */
const activityOf = <Told extends { readonly id: string; readonly payload: Pick<NewActivity, 'userId'> }>(
  { id, payload }: Told,
  what: Pick<NewActivity, 'type' | 'metadata' | 'description'>,
): NewActivity => ({ id: id as string as UserActivityId, userId: payload.userId, ...what }) as NewActivity;

/** What the activity database does with the events of others. */
const consumer: Consumer<TransactionClient> = {
  effects: [
    effect(userRegistered, async (transaction: TransactionClient, events) => {
      await beginEngagements(
        transaction,
        events.map(({ payload }) => payload.userId),
      );
      await recordActivities(
        transaction,
        // What the feed had of somebody who joined long ago is history: it is not written again as if it were today.
        events
          .filter(({ payload }) => payload.again !== true)
          .map((event) =>
            activityOf(event, {
              type: 'USER_JOINED',
              description: 'Joined CodeZest',
              metadata: { role: event.payload.role },
            }),
          ),
      );
    }),
    effect(moduleCompleted, async (transaction: TransactionClient, events) => {
      await recordActivities(
        transaction,
        events.map((event) => {
          const { moduleId, moduleTitle } = event.payload;
          return activityOf(event, {
            type: 'MODULE_COMPLETED',
            description: `Completed “${moduleTitle}”`,
            metadata: { moduleId, moduleTitle },
          });
        }),
      );
    }),
    effect(submissionGraded, async (transaction: TransactionClient, events) => {
      await recordActivities(
        transaction,
        events.map((event) => {
          const { assignmentId, assignmentTitle, submissionId, score, maxScore } = event.payload;
          return activityOf(event, {
            type: 'ASSIGNMENT_GRADED',
            description: `Got ${score} of ${maxScore} points for “${assignmentTitle}”`,
            metadata: { assignmentId, assignmentTitle, submissionId, score, maxScore },
          });
        }),
      );
    }),
    effect(certificateIssued, async (transaction: TransactionClient, events) => {
      await recordActivities(
        transaction,
        events.map((event) => {
          const { certificateId, certificateTitle, credentialId } = event.payload;
          return activityOf(event, {
            type: 'CERTIFICATE_EARNED',
            description: `Earned the certificate for ${certificateTitle}`,
            metadata: { certificateId, certificateTitle, credentialId },
          });
        }),
      );
    }),
    effect(entitlementChanged, async (transaction: TransactionClient, events) => {
      await recordActivities(
        transaction,
        events.map((event) => {
          const { subscriptionId, plan, status } = event.payload;
          return activityOf(event, {
            type: 'SUBSCRIPTION_CHANGED',
            description: `Plan ${plan} is ${status}`,
            metadata: { subscriptionId, plan, status },
          });
        }),
      );
    }),
  ],
  erase: (client, requests) => eraseUsers(client, personalData, requests),
};

/**
 * Applies the next events that other services told, each once: effect and mark are one transaction. An event that fails is
 * tried again later, and is dead after ten attempts; the others go on. Several processes share the work. What this release
 * does not know waits. `user.deleted` erases the person, which needs the role that owns the tables: other roles leave it to a
 * process that has it, such as `codezest-db-activity events receive`.
 *
 * @throws {InvalidEventLimitError} EVENT_LIMIT_INVALID
 * @example
 * const { applied } = await receiveEvents(prisma, { limit: 500 });
 */
export function receiveEvents(client: PrismaClient, options?: ReceiveOptions): Promise<Received> {
  return receiveEventsAs(client, consumer, options);
}

/** What waits to be applied, what waits for a later release, and what was given up. */
export function eventBacklog(client: Client): Promise<EventBacklog> {
  return backlogOf(client, consumer);
}
