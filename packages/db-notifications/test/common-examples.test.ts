import { describeCommonExamples } from '@codezest/common-examples';
import { Prisma } from '../src/index.js';
import { createTestDatabase } from './database.js';
import * as databaseErrors from './examples/database-errors.js';
import * as migrating from './examples/migrating.js';
import * as replica from './examples/replica.js';
import * as serving from './examples/serving.js';
import * as watching from './examples/watching.js';

describeCommonExamples({
  urlVariable: 'NOTIFICATIONS_DATABASE_URL',
  models: Object.values(Prisma.ModelName),
  createTestDatabase,
  databaseErrors,
  migrating,
  replica,
  serving,
  watching,
});
