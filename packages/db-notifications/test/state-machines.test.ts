import { describeStateMachines } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { deliveries } from './models/delivery.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

describeStateMachines({ database: () => database, machines: [deliveries] });
