import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readReleasedMigrations } from '@codezest/db-core/migrations';
import { packageDirectory, repositoryRoot, type Service, services } from '@codezest/schema-docs';
import { type Migration, parseMigration } from './parse.js';
import type { Surroundings } from './rule.js';

export function migrationsDirectory(service: Service): string {
  return join(packageDirectory(service), 'prisma', 'migrations');
}

/** Every migration of every service, with what the rules need to know around it. */
export async function readRepository(): Promise<{ migration: Migration; surroundings: Surroundings }[]> {
  const byService = new Map(services.map((service) => [service, readMigrations(service)]));
  const owners = new Map(
    [...byService].flatMap(([service, migrations]) =>
      migrations.flatMap(({ created }) => [...created].map((table) => [table, service] as const)),
    ),
  );
  const all = await Promise.all(
    [...byService].map(async ([service, migrations]) => {
      const own = new Set(migrations.flatMap(({ created }) => [...created]));
      const surroundings: Surroundings = {
        migrations,
        released: await readReleasedMigrations(migrationsDirectory(service)),
        foreignTables: new Map([...owners].filter(([table]) => !own.has(table))),
      };
      return migrations.map((migration) => ({ migration, surroundings }));
    }),
  );
  return all.flat();
}

function readMigrations(service: Service): Migration[] {
  const directory = migrationsDirectory(service);
  return readdirSync(directory)
    .sort()
    .map((name) => ({ name, file: join(directory, name, 'migration.sql') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) =>
      parseMigration({
        service,
        name,
        path: relative(repositoryRoot, file).replaceAll('\\', '/'),
        text: readFileSync(file, 'utf8'),
      }),
    );
}
