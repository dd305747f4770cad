import { randomBytes } from 'node:crypto';
import { type Keyring, newId } from '@codezest/db-core';
import { createRacingDatabase } from '@codezest/db-core/testing';
import type { NotificationTypeId, UserId } from '@codezest/db-types';
import type { NotificationDelivery, Prisma } from '../src/index.js';
import { createClient, type NotificationMessage, notify, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** A database for races: its client has a connection for each caller. */
export function racingDatabase(): Promise<TestDatabase> {
  return createRacingDatabase(createTestDatabase, createClient);
}

export const newUser = (): UserId => newId<'User'>();

export const keyring = (...ids: string[]): Keyring => ({
  current: ids[0] as string,
  keys: new Map(ids.map((id) => [id, randomBytes(32)])),
});

/** A type of its own, by default on e-mail, push and in the app. */
export async function newType(
  client: PrismaClient,
  values: Partial<Prisma.NotificationTypeCreateInput> = {},
): Promise<string> {
  const id = newId<'NotificationType'>() as NotificationTypeId;
  const { slug } = await client.notificationType.create({
    data: { id, slug: `type-${id}`, name: 'Type', category: 'LEARNING', ...values },
  });
  return slug;
}

export function message(typeSlug: string, values: Partial<NotificationMessage> = {}): NotificationMessage {
  return { typeSlug, title: 'Graded', message: '92 of 100 points.', ...values };
}

/** A notification with one e-mail to be sent. */
export async function newEmail(
  client: PrismaClient,
  values: { userId?: UserId; typeSlug?: string } & Partial<NotificationMessage> = {},
): Promise<NotificationDelivery> {
  const { userId = newUser(), typeSlug = await newType(client, { inAppEnabled: false }), ...rest } = values;
  const notification = await notify(client, { ...message(typeSlug, rest), userId });
  return await client.notificationDelivery.findFirstOrThrow({
    where: { notificationId: notification?.id, channel: 'EMAIL' },
  });
}

/** What a transaction that is undone has seen. */
export async function undone<Result>(
  client: PrismaClient,
  work: (transaction: Prisma.TransactionClient) => Promise<Result>,
): Promise<Result> {
  const undo = new Error('undo');
  let result: { value: Result } | undefined;
  await client
    .$transaction(async (transaction) => {
      result = { value: await work(transaction) };
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return (result as { value: Result }).value;
}
