import { describeConstraints, receivedEventCases } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { attemptCases } from './constraints/attempts.js';
import { catalogueCases, catalogueEffects } from './constraints/catalogue.js';
import { certificateCases } from './constraints/certificates.js';
import { courseFileCases } from './constraints/course-files.js';
import { erasureOfLearners } from './constraints/erasure.js';
import { eventCases, eventEffects } from './constraints/events.js';
import { progressCases, progressEffects } from './constraints/progress.js';
import { quizCases, quizEffects } from './constraints/quizzes.js';
import { submissionCases } from './constraints/submissions.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describeConstraints({
  database: () => database,
  cases: [
    ...receivedEventCases,
    ...catalogueCases,
    ...courseFileCases,
    ...quizCases,
    ...attemptCases,
    ...submissionCases,
    ...progressCases,
    ...certificateCases,
    ...erasureOfLearners,
    ...eventCases,
  ],
  effects: [...catalogueEffects, ...quizEffects, ...progressEffects, ...eventEffects],
});
