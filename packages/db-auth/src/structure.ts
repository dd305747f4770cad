import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the migrations lead to. The build writes the text in the place of this module. */
export const structure: string = readFileSync(join(__dirname, '../prisma/structure.sql'), 'utf8');
