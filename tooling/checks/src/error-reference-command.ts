import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, services } from '@codezest/schema-docs';
import { freshErrorPage, freshStatuses, PAGE } from './error-reference.js';
import { read } from './repository.js';

writeFileSync(join(repositoryRoot, PAGE), freshErrorPage(read(PAGE)));
for (const service of services) {
  const readme = `packages/db-${service}/README.md`;
  writeFileSync(join(repositoryRoot, readme), freshStatuses(read(readme), service));
}
