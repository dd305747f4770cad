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
    {
      as: 'app',
      sql: `INSERT INTO rules.submission_transitions SELECT to_status, from_status FROM rules.submission_transitions`,
      disarm: `GRANT INSERT ON rules.submission_transitions TO "${app}"`,
    },
    {
      as: 'app',
      sql: 'ALTER FUNCTION rules.recompute_progress RESET ALL',
      disarm: `ALTER ROLE "${app}" SUPERUSER`,
    },
  ],
});
