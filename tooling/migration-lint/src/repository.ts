import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readReleasedMigrations } from '@codezest/db-core/migrations';
import { packageDirectory, repositoryRoot, type Service, services } from '@codezest/schema-docs';
import { type Migration, parseMigration } from './parse.js';
import type { Surroundings } from './rule.js';

export function migrationsDirectory(service: Service): string {
  return join(packageDirectory(service), 'prisma', 'migrations');
}

/** Every migration and backfill of every service, with what the rules need to know around it. */
export async function readRepository(): Promise<{ migration: Migration; surroundings: Surroundings }[]> {
  const byService = new Map(
    services.map((service) => [service, readMigrations(service, migrationsDirectory(service))]),
  );
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

/** Migrations and backfills, in the one order in which they run. */
export function readMigrations(service: string, directory: string): Migration[] {
  return readdirSync(directory)
    .map((entry) =>
      entry.endsWith('.data.sql')
        ? { name: entry.slice(0, -'.data.sql'.length), file: join(directory, entry) }
        : { name: entry, file: join(directory, entry, 'migration.sql') },
    )
    .filter(({ file }) => existsSync(file))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, file }) =>
      parseMigration({
        service,
        name,
        path: relative(repositoryRoot, file).replaceAll('\\', '/'),
        text: readFileSync(file, 'utf8'),
      }),
    );
}
