import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@codezest/schema-docs';
import { freshErrorPage, PAGE } from './error-reference.js';
import { read } from './repository.js';

writeFileSync(join(repositoryRoot, PAGE), freshErrorPage(read(PAGE)));
