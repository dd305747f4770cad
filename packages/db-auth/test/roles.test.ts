import { describeRoles } from '@codezest/constraint-tests';
import { migrate } from '@codezest/db-core/migrations';
import { applyRoles } from '@codezest/db-core/roles';
import { roles } from '../src/roles.js';
import { createTestDatabase } from '../src/testing.js';

describeRoles({ createDatabase: createTestDatabase, applyRoles, migrate, definition: roles, table: 'users' });
