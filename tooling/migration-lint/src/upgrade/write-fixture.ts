import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTestDatabase } from '@codezest/db-core/testing';
import { packageDirectory, type Service } from '@codezest/schema-docs';
import { Client } from 'pg';
import { migrationsDirectory } from '../repository.js';
import { fixturePath, packFixture, readRows } from './release-fixture.js';

/** Keeps a database of the package as it is now, filled by its own seed, for all later releases to upgrade. */
export async function writeFixture(service: Service): Promise<string> {
  const directory = packageDirectory(service);
  const { version }: { version: string } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const database = await createTestDatabase({ service, migrationsDirectory: migrationsDirectory(service) });
  const client = new Client({ connectionString: database.url });
  try {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(directory, 'bin', `codezest-db-${service}.js`), 'seed'],
      { encoding: 'utf8', env: { ...process.env, [`${service.toUpperCase()}_DATABASE_URL`]: database.url } },
    );
    if (status !== 0) throw new Error(`db-${service} could not be seeded (is it built?): ${stderr}`);
    await client.connect();
    const path = fixturePath(service, version);
    mkdirSync(dirname(path), { recursive: true });
    const through = newestMigration(service);
    writeFileSync(path, packFixture({ through, tables: await readRows(client) }));
    return path;
  } finally {
    await client.end();
    await database.drop();
  }
}

function newestMigration(service: Service): string {
  return (
    readdirSync(migrationsDirectory(service))
      .filter((name) => /^\d{14}_\w+$/.test(name))
      .sort()
      .at(-1) ?? ''
  );
}
