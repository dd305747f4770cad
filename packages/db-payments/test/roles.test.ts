import { describeRoles } from '@codezest/constraint-tests';
import { migrate } from '@codezest/db-core/migrations';
import { applyRoles } from '@codezest/db-core/roles';
import { roles } from '../src/roles.js';
import { createTestDatabase } from '../src/testing.js';

const transitions = ['subscription_transitions', 'invoice_transitions', 'transaction_transitions'];

describeRoles({
  createDatabase: createTestDatabase,
  applyRoles,
  migrate,
  definition: roles,
  table: 'payment_methods',
  attacks: ({ app }) =>
    transitions.map((table) => ({
      as: 'app',
      sql: `INSERT INTO rules.${table} SELECT to_status, from_status FROM rules.${table}`,
      disarm: `GRANT INSERT ON rules.${table} TO "${app}"`,
    })),
});
