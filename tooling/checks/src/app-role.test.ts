import { services } from '@codezest/schema-docs';
import { expect, it } from 'vitest';
import { filesBelow, read } from './repository.js';

/**
 * The packages' tests run as the application's role, so that nothing passes for want of a right that the service lacks
 * in production. These use more, for a part of what they do; `*` stands for every service.
 */
const needMore: Record<string, string> = {
  '* test/database.ts': 'makes the database and gives the role its rights',
  '* test/constraints.test.ts': 'takes each object away',
  '* test/roles.test.ts': 'makes roles and attacks them',
  '* test/erasure.test.ts': 'erases people, as the owner of the tables does',
  '* test/factories.test.ts': 'writes reference data and months',
  '* test/seed.test.ts': 'seeds, which writes reference data and months',
  '* test/received-events.test.ts': 'erases people, as the owner of the tables does',
  '* test/plans.test.ts': 'fills tables past their rules, and counts their rows',
  '* test/examples/own-tests.ts': 'shows a service how it makes its own',
  'activity test/activity-counts.test.ts': 'makes and drops months, as the migrator does',
  'activity test/activity-writer.test.ts': 'cuts the connections of others',
  'activity test/distribution.test.ts': 'reads the catalogs of all objects, as the owner of the tables does',
  'activity test/engagement.test.ts': 'drops a month, as the migrator does',
  'activity test/examples.test.ts': 'drops months',
  'activity test/mongo/ferretdb-server.ts': 'is a database for another server',
  'activity test/partition-commands.test.ts': 'makes and drops months, as the migrator does',
  'activity test/partition-steps.test.ts': 'makes months, as the migrator does',
  'activity test/partitions.test.ts': 'makes and drops months, as the migrator does',
  'activity test/schema.test.ts': 'asks the rules of those who have the right',
  'activity test/streak-histories.test.ts': 'asks the functions of the rules by themselves',
  'auth test/events-and-commits.test.ts': 'empties the outbox, deletes accounts as the owner',
  'auth test/events.test.ts': 'empties the outbox, deletes as the owner and by a cascade, erases',
  'auth test/outbox-command.test.ts': 'runs the command of who owns the tables, and makes a publication',
  'auth test/outbox.test.ts': 'empties the outbox, lets leases run out, makes events older',
  'auth test/passing-time.ts': 'lets rows expire that no role may let expire',
  'auth test/reencryption.test.ts': 'deletes the accounts of the test before',
  'auth test/retention.test.ts': 'writes a history of the past, and runs the command of who owns the tables',
  'auth test/ways-in.test.ts': 'deletes the accounts of the test before',
  'learning test/certificates.test.ts': 'turns the clock of an immutable row back',
  'learning test/models.test.ts': 'asks the rules where no right stands before them',
  'learning test/state-machines.test.ts': 'takes transitions away, and adds them',
  'notifications test/broadcasts.test.ts': 'begins an erasure, as the owner of the tables does',
  'notifications test/claim-histories.test.ts': 'moves the clock of rows',
  'notifications test/deep-queue.test.ts': 'fills the queue past its rules',
  'notifications test/erasure-commands.test.ts': 'erases people, as the owner of the tables does',
  'notifications test/models.test.ts': 'asks the rules where no right stands before them',
  'notifications test/receiving.test.ts': 'makes a table for an effect that a second time would show',
  'notifications test/state-machines.test.ts': 'takes transitions away, and adds them',
  'payments test/models.test.ts': 'asks the rules where no right stands before them',
  'payments test/state-machines.test.ts': 'takes transitions away, and adds them',
  'payments test/money.test.ts': 'asks the rules of those who have the right',
  'payments test/query-plans.test.ts': 'seeds, which writes reference data',
};

const MORE = /\.owner\b|createTestDatabase[^;]*from '(?:\.\.\/)+src\/testing\.js'/;

it('tests that need more than the application’s role are listed, each with its reason', () => {
  const found = services.flatMap((service) =>
    filesBelow(`packages/db-${service}/test`, '.ts')
      .filter((path) => MORE.test(read(path)))
      .map((path) => path.replace(`packages/db-${service}/`, ''))
      .map((path) => (`* ${path}` in needMore ? `* ${path}` : `${service} ${path}`)),
  );

  expect(new Set(found)).toEqual(new Set(Object.keys(needMore)));
});

it('every other test that has a database has the application’s', () => {
  const users = services.flatMap((service) =>
    filesBelow(`packages/db-${service}/test`, '.ts').filter((path) =>
      /createTestDatabase[^;]*from '(?:\.\.?\/)+database\.js'/.test(read(path)),
    ),
  );

  expect(users.length).toBeGreaterThan(50);
});
