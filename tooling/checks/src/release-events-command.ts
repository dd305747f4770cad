import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { repositoryRoot } from '@codezest/schema-docs';
import { currentContracts, RELEASED_EVENTS } from './event-compatibility.js';

// Part of making a release: `pnpm version-packages` keeps what the events promise from then on.
writeFileSync(resolve(repositoryRoot, RELEASED_EVENTS), `${JSON.stringify(currentContracts(), null, 2)}\n`);
console.log(`${RELEASED_EVENTS}: ${currentContracts().length} contracts`);
