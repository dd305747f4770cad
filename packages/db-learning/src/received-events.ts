import {
  eventBacklog as backlogOf,
  type Consumer,
  type EventBacklog,
  eraseUsers,
  type Received,
  type ReceiveOptions,
  receiveEvents as receiveEventsAs,
} from '@codezest/db-core';
import type { Client, PrismaClient, TransactionClient } from './client.js';
import { personalData } from './personal-data.js';

/** What the learning database does with the events of others. */
const consumer: Consumer<TransactionClient> = {
  effects: [],
  erase: (client, requests) => eraseUsers(client, personalData, requests),
};

/**
 * Applies the next events that other services told, each once: effect and mark are one transaction. An event that fails is
 * tried again later, and is dead after ten attempts; the others go on. Several processes share the work. What this release
 * does not know waits. `user.deleted` erases the person, which needs the role that owns the tables: other roles leave it to a
 * process that has it, such as `codezest-db-learning events receive`.
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
