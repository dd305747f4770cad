import { createRacingDatabase } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import { expect } from 'vitest';
import { createClient, type NewActivity, newActivityId } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

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

/** A database for races: its client has a connection for each caller. */
export function racingDatabase(): Promise<TestDatabase> {
  return createRacingDatabase(createTestDatabase, createClient);
}

/** The code of the error that the work is refused with. */
export function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('it was accepted'),
    (error: { code?: unknown }) => error.code,
  );
}
