import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brandFilters } from './brand-filters.mjs';
import { completeDataModel } from './client-schema.mjs';
import { assertTypesDeclared } from './declared-types.mjs';
import { hideSecrets, secretFieldsOf } from './hide-secrets.mjs';
import { writeNewestMigration } from './newest-migration.mjs';
import { settleFilterTypes } from './settle-filter-types.mjs';
import { writeColumns } from './write-columns.mjs';

/** What `generate` does to a package's client after Prisma's own generators: see the steps. */
export function finishClient(directory) {
  const generated = join(directory, 'generated');
  if (!existsSync(generated)) return;

  const schemaDirectory = join(directory, 'prisma/schema');
  const schema = readdirSync(schemaDirectory)
    .filter((file) => file.endsWith('.prisma'))
    .map((file) => readFileSync(join(schemaDirectory, file), 'utf8'))
    .join('\n');
  hideSecrets(schema, generated);
  writeColumns(schema, secretFieldsOf(schema), generated);
  assertTypesDeclared(schema, join(directory, 'src/prisma-types.ts'));
  completeDataModel(schema, generated);
  brandFilters(schema, generated);
  settleFilterTypes(generated);
  writeNewestMigration(join(directory, 'prisma/migrations'), generated);
}
