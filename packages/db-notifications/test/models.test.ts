import { describeModels } from '@codezest/constraint-tests';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { databaseErrorFacts } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { givenType } from './constraints/rows.js';
import { deliveryModel } from './models/delivery.js';

let database: TestDatabase;
let connection: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = new Client({ connectionString: database.url });
  await connection.connect();
  await connection.query(givenType);
});

afterAll(async () => {
  await connection.end();
  await database.drop();
});

describeModels({
  database: () => database,
  constraintOf: (error) => databaseErrorFacts(error).constraint,
  models: [
    deliveryModel(
      () => database.client,
      () => connection,
    ),
  ],
});
