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
  table: 'assignments',
  attacks: ({ app }) => [
    ...['submission_transitions', 'attempt_transitions'].map((table) => ({
      as: 'app' as const,
      sql: `INSERT INTO rules.${table} SELECT to_status, from_status FROM rules.${table}`,
      disarm: `GRANT INSERT ON rules.${table} TO "${app}"`,
    })),
    {
      as: 'app',
      sql: 'ALTER FUNCTION rules.recompute_progress RESET ALL',
      disarm: `ALTER ROLE "${app}" SUPERUSER`,
    },
  ],
});
