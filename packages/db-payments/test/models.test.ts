import { describeModels } from '@codezest/constraint-tests';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { databaseErrorFacts } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { invoiceModel } from './models/invoice.js';
import { subscriptionModel } from './models/subscription.js';
import { transactionModel } from './models/transaction.js';

let database: TestDatabase;
let connection: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = new Client({ connectionString: database.url });
  await connection.connect();
});
afterAll(async () => {
  await connection?.end();
  await database?.drop();
});

const client = () => database.client;
const connect = () => connection;

describeModels({
  database: () => database,
  constraintOf: (error) => databaseErrorFacts(error).constraint,
  models: [subscriptionModel(client), invoiceModel(client, connect), transactionModel(client, connect)],
});
