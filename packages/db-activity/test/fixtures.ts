import type { UserId } from '@codezest/db-types';
import { expect } from 'vitest';
import { createClient, type NewActivity, newActivityId, type PrismaClient } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** Callers of a race. */
export const CALLERS = 32;

let users = 0;

/** Somebody of whom nothing is known yet. */
export function newUser(): UserId {
  users += 1;
  return `01900000-0000-7000-8000-${users.toString(16).padStart(12, '0')}` as UserId;
}

type BadgeEarned = Extract<NewActivity, { type: 'BADGE_EARNED' }>;

/** A badge that was earned at that time. */
export function badge(userId: UserId, at: string | Date = '2026-10-05T10:00:00Z'): BadgeEarned {
  return {
    id: newActivityId(new Date(at)),
    userId,
    type: 'BADGE_EARNED',
    description: 'A week in a row',
    metadata: { badge: 'week' },
  };
}

/** A test database with a connection for each caller of a race. */
export async function createRacingDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await database.client.$disconnect();
  const client: PrismaClient = createClient({ url: `${database.url}?connection_limit=${CALLERS}` });
  return {
    ...database,
    client,
    async drop() {
      await client.$disconnect();
      await database.drop();
    },
  };
}

/** What each caller got, all of them called at once. */
export function atOnce<Result>(call: (caller: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)));
}

/** The code of the error that the work is refused with. */
export function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it was accepted'),
    (error: { code?: unknown }) => error.code,
  );
}
