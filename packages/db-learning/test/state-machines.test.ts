import { describeStateMachines } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { attempts } from './models/attempt.js';
import { submissions } from './models/submission.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describeStateMachines({ database: () => database, machines: [submissions, attempts] });
