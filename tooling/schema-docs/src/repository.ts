import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const services = ['auth', 'learning', 'payments', 'notifications', 'activity'] as const;
export type Service = (typeof services)[number];

export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));

export interface TextFile {
  path: string;
  text: string;
}

export function packageDirectory(service: Service): string {
  return join(repositoryRoot, 'packages', `db-${service}`);
}

export function schemaFiles(service: Service): TextFile[] {
  const directory = join(packageDirectory(service), 'prisma/schema');
  return filesIn(directory, (name) => name.endsWith('.prisma'));
}

/** The SQL of all migrations, in the order in which they are applied. */
export function migrationFiles(service: Service): TextFile[] {
  const directory = join(packageDirectory(service), 'prisma/migrations');
  return filesIn(directory, (name) => name.endsWith('migration.sql'));
}

function filesIn(directory: string, accept: (name: string) => boolean): TextFile[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(accept)
    .sort()
    .map((name) => join(directory, name))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
