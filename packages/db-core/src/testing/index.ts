export {
  createTestDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
  withClient,
} from './create-test-database.js';
export { TestDatabaseError, type TestDatabaseErrorCode } from './errors.js';
export { createFactories, type Definitions, type Factories, testHash, testId } from './factories.js';
export { explaining, type QueryPlan } from './query-plans.js';
export { CALLERS, createRacingDatabase, type Race, ROUNDS, race, somebodyWaits } from './races.js';
export { deliver, toldEvent } from './told-events.js';
