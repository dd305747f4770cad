import { dirname, join } from 'node:path';
import { type Service, services } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { allSchemas, dependencyKinds, filesBelow, packageOf, packages, read } from './repository.js';
import { importsOf, packageNameOf, textsOf } from './source-code.js';

const schemas = await allSchemas();

/** What a published package may ask its consumer to install. Everything else is bundled into it. */
const publishedDependencies: Record<Service, string[]> = {
  auth: ['@codezest/db-types', '@prisma/adapter-pg', '@prisma/client-runtime-utils', 'pg'],
  learning: ['@codezest/db-types', '@prisma/adapter-pg', '@prisma/client-runtime-utils', 'pg'],
  payments: ['@codezest/db-types', '@prisma/adapter-pg', '@prisma/client-runtime-utils', 'pg'],
  notifications: ['@codezest/db-types', '@prisma/adapter-pg', '@prisma/client-runtime-utils', 'pg'],
  activity: ['@codezest/db-types', '@prisma/adapter-pg', '@prisma/client-runtime-utils', 'mongodb', 'pg'],
};

/** What the build copies into each package, db-core with all that it needs. */
const bundled = [
  '@codezest/db-core',
  '@codezest/local-databases',
  '@prisma/client',
  '@prisma/driver-adapter-utils',
  'ajv',
  'commander',
  'picocolors',
  'yaml',
];

describe('manifests', () => {
  it('publish the five packages, db-types and db-delivery, and nothing else', () => {
    const published = packages().filter(({ manifest }) => manifest.private !== true);

    expect(published.map(({ manifest }) => manifest.name).sort()).toEqual(
      [
        '@codezest/db-types',
        '@codezest/db-delivery',
        ...services.map((service) => `@codezest/db-${service}`),
      ].sort(),
    );
  });

  it.each(services)('db-%s asks its consumer for what it may ask, and no more', (service) => {
    const { manifest } = packageOf(service);

    expect(Object.keys(manifest.dependencies ?? {}).sort()).toEqual(publishedDependencies[service]);
    // npm and pnpm install an optional peer in production as soon as a service has it as a devDependency.
    expect(manifest).not.toHaveProperty('peerDependencies');
    expect(manifest).not.toHaveProperty('peerDependenciesMeta');
    expect(manifest.optionalDependencies).toBeUndefined();
  });

  it('db-types depends on nothing', () => {
    const types = packages().find(({ manifest }) => manifest.name === '@codezest/db-types')?.manifest;

    expect(types).toBeDefined();
    expect(types).not.toHaveProperty('dependencies');
    expect(types).not.toHaveProperty('peerDependencies');
  });

  it.each(services)('db-%s names no other service’s package', (service) => {
    const { manifest } = packageOf(service);
    const named = dependencyKinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));

    expect(named.length).toBeGreaterThan(10);
    for (const other of othersThan(service)) expect(named).not.toContain(`@codezest/db-${other}`);
  });
});

describe('imports', () => {
  const sources = ['db-types', 'db-core', ...services.map((service) => `db-${service}`)].map((name) => {
    const directory = `packages/${name}`;
    const files = [...filesBelow(directory, '.ts'), ...filesBelow(directory, '.mts')];
    return [name, files] as const;
  });

  it.each(sources)('of %s point one way: db-types ← db-core ← the five', (name, files) => {
    const allowed = ['db-types', ...(name === 'db-types' ? [] : ['db-core']), name].map(
      (ours) => `@codezest/${ours}`,
    );
    const imports = files.flatMap((file) => importsOf(file).map(({ specifier }) => ({ file, specifier })));

    expect(imports.length).toBeGreaterThan(5);
    const wrong = imports.filter(({ specifier }) => {
      const target = packageNameOf(specifier);
      return target?.startsWith('@codezest/db-') && !allowed.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it.each(sources)('of %s stay inside the package', (name, files) => {
    const outside = files.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .filter(({ specifier }) => !join(dirname(file), specifier).startsWith(`packages/${name}/`))
        .map(({ specifier }) => ({ file, specifier })),
    );

    expect(outside).toEqual([]);
  });

  // A package that works here because the workspace has everything installed fails in a service that has not.
  it.each(services)('of db-%s find at run time what its consumer has installed', (service) => {
    const { manifest } = packageOf(service);
    const atHand = [...Object.keys(manifest.dependencies ?? {}), ...bundled, '..'];
    const files = [`packages/db-${service}/src`, 'packages/db-core/src'].flatMap((directory) =>
      filesBelow(directory, '.ts').filter((file) => !file.endsWith('.test.ts')),
    );
    const needed = files.flatMap((file) =>
      importsOf(file).flatMap(({ specifier, typeOnly }) => {
        const name = packageNameOf(specifier);
        return typeOnly || name === undefined ? [] : [{ file, name }];
      }),
    );

    expect(needed.length).toBeGreaterThan(5);
    const missing = needed.filter(
      ({ name }) => !atHand.includes(name) && manifest.peerDependencies?.[name] === undefined,
    );
    expect(missing).toEqual([]);
  });
});

describe.each(services)('db-%s knows its own database only', (service) => {
  const files = filesBelow(`packages/db-${service}`).filter((path) =>
    /\.(?:ts|mts|sql|prisma|json|js)$/.test(path),
  );
  const others = othersThan(service);

  it('names no connection and no database of another service', () => {
    const foreign = new RegExp(
      `(?:${others.map((other) => `${other.toUpperCase()}_(?:\\w+_)?\\w*URL|codezest_${other}`).join('|')})`,
    );

    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((path) => foreign.test(read(path)))).toEqual([]);
    expect(files.some((path) => read(path).includes(`${service.toUpperCase()}_DATABASE_URL`))).toBe(true);
  });

  it('names no table of another service in its SQL', () => {
    const own = tablesOf(service);
    const foreign = others.flatMap(tablesOf).filter((table) => !own.includes(table));
    const statements = files.flatMap((path) => {
      if (path.endsWith('.sql')) return [{ path, sql: read(path).replace(/--.*$/gm, '') }];
      return path.endsWith('ts') ? textsOf(path).map((sql) => ({ path, sql })) : [];
    });
    const named = statements.flatMap(({ path, sql }) => tablesNamedIn(sql).map((table) => ({ path, table })));

    expect(foreign.length).toBeGreaterThan(15);
    expect(named.some(({ table }) => own.includes(table))).toBe(true);
    expect(named.filter(({ table }) => foreign.includes(table))).toEqual([]);
  });
});

it('db-core knows no service’s connection, database or table', () => {
  const files = filesBelow('packages/db-core/src', '.ts').filter((path) => !path.endsWith('.test.ts'));
  const connection = new RegExp(
    `\\b(?:${services.map((service) => service.toUpperCase()).join('|')})_\\w*URL|codezest_(?:${services.join('|')})`,
  );
  // Every database has its tombstones, and tells or is told events.
  const shared = ['erased_users', 'outbox', 'outbox_deliveries', 'received_events'];
  const tables = services.flatMap(tablesOf).filter((table) => !shared.includes(table));

  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((path) => textsOf(path).some((text) => connection.test(text)))).toEqual([]);
  expect(
    files.filter((path) =>
      textsOf(path).some((text) => tablesNamedIn(text).some((table) => tables.includes(table))),
    ),
  ).toEqual([]);
});

function othersThan(service: Service): Service[] {
  return services.filter((other) => other !== service);
}

function tablesOf(service: Service): string[] {
  return (schemas.get(service)?.models ?? []).map(({ table }) => table);
}

function tablesNamedIn(sql: string): string[] {
  const named =
    /\b(?:FROM|JOIN|INTO|UPDATE|TABLE|REFERENCES|ON|TRUNCATE)\s+(?:ONLY\s+)?(?:"?public"?\.)?"?([a-z_]+)"?/g;
  return [...sql.matchAll(named)].map(([, table]) => table ?? '');
}
