import { writeFileSync } from 'node:fs';
import { services } from '@codezest/schema-docs';
import { structureFile, structureOf } from './structure.js';

for (const service of services) {
  writeFileSync(structureFile(service), await structureOf(service));
  console.log(`wrote ${structureFile(service)}`);
}
