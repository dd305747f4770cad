import { describeRoles } from '@codezest/constraint-tests';
import { migrate } from '@codezest/db-core/migrations';
import { applyRoles } from '@codezest/db-core/roles';
import { roles } from '../src/roles.js';
import { createTestDatabase } from '../src/testing.js';

describeRoles({
  createDatabase: createTestDatabase,
  applyRoles,
  migrate,
  definition: roles,
  table: 'recipients',
  attacks: ({ app }) => [
    {
      as: 'app',
      sql: `INSERT INTO rules.delivery_transitions SELECT to_status, from_status FROM rules.delivery_transitions`,
      disarm: `GRANT INSERT ON rules.delivery_transitions TO "${app}"`,
    },
  ],
});
