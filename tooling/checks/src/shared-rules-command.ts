import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@codezest/schema-docs';
import { read } from './repository.js';
import { migrations, TIME_ZONES, timeZonesSql, withFreshCopies } from './shared-rules.js';

writeFileSync(join(repositoryRoot, TIME_ZONES), timeZonesSql());
for (const path of migrations()) {
  const migration = read(path);
  const fresh = withFreshCopies(migration);
  if (fresh !== migration) writeFileSync(join(repositoryRoot, path), fresh);
}
