export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './create-test-database.js';
export { TEST_DATABASE_ERROR_CODES, TestDatabaseError, type TestDatabaseErrorCode } from './errors.js';
export { createFactories, type Definitions, type Factories, testHash, testId } from './factories.js';
export { explaining, type QueryPlan } from './query-plans.js';
export { CALLERS, createRacingDatabase, type Race, ROUNDS, race } from './races.js';
