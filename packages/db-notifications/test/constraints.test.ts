import { describeConstraints, receivedEventCases } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { broadcasts } from './constraints/broadcasts.js';
import { choices } from './constraints/choices.js';
import { deliveries } from './constraints/deliveries.js';
import { emailLog } from './constraints/email-log.js';
import { erasure } from './constraints/erasure.js';
import { inbox } from './constraints/inbox.js';
import { reach } from './constraints/reach.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

describeConstraints({
  database: () => database,
  cases: [
    ...receivedEventCases,
    ...choices,
    ...inbox,
    ...deliveries,
    ...broadcasts,
    ...reach,
    ...emailLog,
    ...erasure,
  ],
});
