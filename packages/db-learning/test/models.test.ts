import { describeModels } from '@codezest/constraint-tests';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { databaseErrorFacts } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { type Course, createCourse } from './fixtures.js';
import { attemptModel } from './models/attempt.js';
import { submissionModel } from './models/submission.js';

let database: TestDatabase;
let connection: Client;
let ownCourse: Course;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = new Client({ connectionString: database.url });
  await connection.connect();
  ownCourse = await createCourse(database.client);
});
afterAll(async () => {
  await connection?.end();
  await database?.drop();
});

const client = () => database.client;
const course = () => ownCourse;

describeModels({
  database: () => database,
  constraintOf: (error) => databaseErrorFacts(error).constraint,
  models: [submissionModel(client, course), attemptModel(client, course, () => connection)],
});
