import { describeRoles } from '@codezest/constraint-tests';
import { migrate } from '@codezest/db-core/migrations';
import { applyRoles } from '@codezest/db-core/roles';
import { roles } from '../src/roles.js';
import { createTestDatabase } from '../src/testing.js';

const intoPartitions = (app: string) => `GRANT USAGE ON SCHEMA partitions TO "${app}"`;

describeRoles({
  createDatabase: createTestDatabase,
  applyRoles,
  migrate,
  definition: roles,
  table: 'user_engagements',
  attacks: ({ app }) => [
    {
      as: 'app',
      sql: 'DELETE FROM partitions.user_activities_default',
      disarm: `${intoPartitions(app)}; GRANT DELETE ON partitions.user_activities_default TO "${app}"`,
    },
    {
      as: 'app',
      sql: `SET LOCAL codezest.erased_user = '00000000-0000-7000-8000-000000000001'; DELETE FROM user_activities`,
      disarm: `GRANT DELETE ON user_activities TO "${app}"`,
    },
    {
      as: 'app',
      sql: `SELECT partitions.drop_before('2020-01-01')`,
      disarm: `ALTER ROLE "${app}" SUPERUSER`,
    },
  ],
});
