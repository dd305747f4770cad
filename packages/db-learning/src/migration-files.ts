import { join } from 'node:path';
import type { MigrationSource } from '@codezest/db-core/migrations';

/** The folder of the migrations. The build writes their text in the place of this module, so that it goes into bundles. */
export const migrationFiles: MigrationSource = join(__dirname, '../prisma/migrations');
