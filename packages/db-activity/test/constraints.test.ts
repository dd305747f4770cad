import { describeConstraints, receivedEventCases } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { appendOnly, timeEffects } from './constraints/append-only.js';
import { countEffects, countsAndBadges } from './constraints/counts-and-badges.js';
import { engagement } from './constraints/engagement.js';
import { erasure } from './constraints/erasure.js';
import { leaderboardEffects, leaderboards } from './constraints/leaderboards.js';
import { points } from './constraints/points.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

describeConstraints({
  database: () => database,
  cases: [
    ...receivedEventCases,
    ...appendOnly,
    ...engagement,
    ...points,
    ...leaderboards,
    ...countsAndBadges,
    ...erasure,
  ],
  effects: [...timeEffects, ...countEffects, ...leaderboardEffects],
});
