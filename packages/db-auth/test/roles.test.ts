import { describeRoles } from '@codezest/constraint-tests';
import { applyRoles } from '@codezest/db-core/roles';
import { roles } from '../src/roles.js';
import { createTestDatabase } from '../src/testing.js';

describeRoles({ createDatabase: createTestDatabase, applyRoles, definition: roles, table: 'users' });
