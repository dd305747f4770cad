import { type Service, services } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { filesBelow, packageOf, read } from './repository.js';

/** What every database package has. `<service>` stands for its name. */
const skeleton = [
  'README.md',
  'bin/codezest-db-<service>.js',
  'package.json',
  'prisma.config.ts',
  'prisma/migrations/migration_lock.toml',
  'prisma/migrations/migrations.lock',
  'prisma/schema/base.prisma',
  'prisma/structure.sql',
  'src/cli.ts',
  'src/client.ts',
  'src/enums.ts',
  'src/errors.ts',
  'src/index.ts',
  'src/json-types.ts',
  'src/migration-files.ts',
  'src/migrations.ts',
  'src/prisma-types.ts',
  'src/replica.ts',
  'src/retry.ts',
  'src/roles.ts',
  'src/seed/index.ts',
  'src/structure.ts',
  'src/testing.ts',
  'src/testing/factories.ts',
  'test/common-examples.test.ts',
  'test/constraints.test.ts',
  'test/database.ts',
  'test/examples.test.ts',
  'test/examples/database-errors.ts',
  'test/examples/errors.ts',
  'test/examples/first-query.ts',
  'test/examples/migrating.ts',
  'test/examples/own-tests.ts',
  'test/examples/prisma-calls.ts',
  'test/examples/replica.ts',
  'test/examples/retry.ts',
  'test/examples/serving.ts',
  'test/examples/watching.ts',
  'test/factories.test.ts',
  'test/roles.test.ts',
  'test/roles/rights.txt',
  'tsconfig.json',
  'tsup.config.ts',
  'vitest.config.mts',
];

/** The same text in all five but for the service's name: a difference here is a difference nobody decided on. */
const sameText = [
  'bin/codezest-db-<service>.js',
  'prisma.config.ts',
  'prisma/migrations/migration_lock.toml',
  'prisma/schema/base.prisma',
  'src/client.ts',
  'src/enums.ts',
  'src/errors.ts',
  'src/migration-files.ts',
  'src/migrations.ts',
  'src/replica.ts',
  'src/retry.ts',
  'src/structure.ts',
  'src/testing.ts',
  'test/database.ts',
  'test/common-examples.test.ts',
  'test/examples/database-errors.ts',
  'test/examples/migrating.ts',
  'test/examples/replica.ts',
  'test/examples/serving.ts',
  'test/examples/watching.ts',
  'tsconfig.json',
  'tsup.config.ts',
  'vitest.config.mts',
];

/** Folders that one package has and another has not. */
const ownFolders: Record<string, string> = {
  'activity src/mongo': 'the raw activity log and event stream live in MongoDB',
  'activity test/mongo': 'the raw activity log and event stream live in MongoDB',
  'learning src/courses': 'courses in files: their two forms, and what leads from one state to another',
  'learning test/courses': 'courses in files',
  'learning docs': 'the form of the files of a course, for authors; in the tarball',
  'learning test/histories':
    'what authors, learners and graders do at random, and what progress then ought to be',
  'auth test/attackers': 'what a thief and an owner do in the model of attackers',
  'auth test/isolation': 'the cases of its functions at each isolation level',
  'learning test/models': 'submissions and attempts are state machines',
  'activity test/isolation': 'the cases of its functions at each isolation level',
  'notifications test/isolation': 'the cases of its functions at each isolation level',
  'notifications test/models': 'a delivery is a state machine',
  'payments test/electronic-invoices': 'invoices as UBL and CII, for the rules of EN 16931',
  'payments test/isolation': 'the cases of its functions at each isolation level',
  'payments test/models': 'subscriptions, invoices and transactions are state machines',
  'payments test/provider': 'what the provider does at random, and what it then sends',
};

/** Files in which a package may differ from the text of the others. */
const ownTexts: Record<string, string> = {
  'activity tsup.config.ts': 'builds the subpath of MongoDB',
};

/** Files of a kind that the others have not. */
const ownFiles: Record<string, string> = {
  'activity MONGODB.md': 'tells what was proven on which server; for developers, not in the tarball',
  'activity test/mongo/ferretdb/go.mod': 'the MongoDB server that tests can build themselves',
  'activity test/mongo/ferretdb/go.sum': 'the MongoDB server that tests can build themselves',
  'activity test/mongo/ferretdb/main.go': 'the MongoDB server that tests can build themselves',
  'learning test/courses/validate-tracks.mts':
    'compares real tracks, which are not in the repository; awaits at its top, so it is a module',
  'learning docs/course.schema.json': 'the fields of the files of a course',
  'learning docs/courses.md': 'the form of the files of a course',
  'payments test/electronic-invoices/validate.py':
    'asks the rules of EN 16931, which Python’s packages carry',
  'payments test/electronic-invoices/validate.sh':
    'asks the rules of EN 16931, which Python’s packages carry',
};

/** Subpaths that one package exports and the others do not. */
const ownExports: Record<string, string> = {
  'activity mongo':
    'MongoDB stands apart from the index, so that a service without it never loads the driver',
};

/** Dependencies that one package has and the others have not. */
const ownDependencies: Record<string, string> = {
  // The service's name is blanked in all of them.
  'auth @simpleweb<service>n/server': 'verifies what the passkeys of the tests have signed',
  'auth @node-rs/argon2': 'hashes the passwords of the service in the README',
  'auth @types/cookie-parser': 'types of the cookie parser',
  'auth @types/express': 'types of Express',
  'auth bcryptjs': 'makes a new hash in the place of a legacy one',
  'auth cookie-parser': 'reads the cookies of the service in the README',
  'auth express': 'serves the service in the README',
  'auth otp<service>': 'makes and checks the codes of the service in the README',
  'activity ajv': 'judges documents by MongoDB’s validators before they are sent; bundled',
  'learning ajv': 'judges the fields of the files of a course by their schema; bundled',
  'learning yaml': 'reads and writes the front matter of the files of a course; bundled',
  'notifications temporal-polyfill':
    'says what Temporal makes of a local time, beside the SQL that must agree',
  'activity temporal-polyfill': 'says what Temporal makes of a day, beside the SQL that must agree',
  'activity bson': 'speaks MongoDB’s protocol in a test double',
  'activity mongodb': 'the driver of its second database',
  'activity mongodb-memory-server-core': 'one of the servers that its tests can run on',
  'payments currency-codes': 'a public list of ISO 4217, which its tests compare with',
  'payments dinero.js': 'another public list of ISO 4217, which its tests compare with',
  'payments temporal-polyfill':
    'says what Temporal makes of a billing anchor, beside the SQL that must agree',
  'payments stripe': 'the provider’s library, whose statuses its tests compare with',
};

describe.each(services)('db-%s', (service) => {
  const files = pathsOf(service);

  it('has every file of the skeleton', () => {
    expect(skeleton.filter((path) => !files.includes(path))).toEqual([]);
  });

  it('has at least one migration and one part of the domain', () => {
    expect(files.some((path) => /^prisma\/migrations\/\d{14}_\w+\/migration\.sql$/.test(path))).toBe(true);
    expect(
      files.filter((path) => /^prisma\/schema\/(?!base)[a-z-]+\.prisma$/.test(path)).length,
    ).toBeGreaterThan(1);
  });

  it('has no file of another kind', () => {
    const kinds = [
      // Written by the first release.
      /^CHANGELOG\.md$/,
      /^prisma\/migrations\/\d{14}_\w+\/migration\.sql$/,
      /^prisma\/migrations\/\d{14}_\w+\.data\.sql$/,
      /^prisma\/schema\/[a-z-]+\.prisma$/,
      /^src\/(?:[a-z-]+\/)*[a-z0-9-]+(?:\.test)?\.ts$/,
      /^test\/(?:[a-z-]+\/)*[a-z0-9-]+(?:\.test)?\.ts$/,
    ];

    const other = files.filter((path) => !skeleton.includes(path) && !kinds.some((kind) => kind.test(path)));
    const expected = Object.keys(ownFiles).filter((file) => file.startsWith(`${service} `));
    expect(other.map((path) => `${service} ${path}`).sort()).toEqual(expected.sort());
  });
});

it('folders are the same, and each difference has its reason', () => {
  const folders = new Map(services.map((service) => [service, foldersOf(service)]));
  const everywhere = [...(folders.get('auth') ?? [])].filter((folder) =>
    services.every((service) => folders.get(service)?.has(folder)),
  );
  const different = services.flatMap((service) =>
    [...(folders.get(service) ?? [])]
      .filter((folder) => !everywhere.includes(folder))
      .map((folder) => `${service} ${folder}`),
  );

  expect(everywhere).toEqual(expect.arrayContaining(['prisma/schema', 'src/seed', 'test/constraints']));
  expect(different.sort()).toEqual(Object.keys(ownFolders).sort());
});

it.each(sameText)('%s has one text', (path) => {
  const texts = services
    .filter((service) => !(`${service} ${path}` in ownTexts))
    .map((service) => ({ service, text: withoutName(read(realPath(service, path)), service) }));

  expect(texts.length).toBeGreaterThanOrEqual(2);
  for (const { service, text } of texts) expect(text, `db-${service}`).toBe(texts[0]?.text);
});

describe('manifests', () => {
  const manifests = services.map((service) => {
    const { manifest } = packageOf(service);
    return {
      service,
      manifest: JSON.parse(withoutName(JSON.stringify(manifest), service)) as typeof manifest,
    };
  });
  const [first] = manifests;

  it.each([
    'scripts',
    'exports',
    'typesVersions',
    'files',
    'bin',
    'main',
    'types',
    'engines',
    'type',
  ] as const)('have the same %s', (part) => {
    const parts = manifests.map(({ service, manifest }) =>
      withoutOwnExports((manifest as unknown as Record<string, unknown>)[part], service),
    );

    expect(parts[0]).toBeDefined();
    for (const [at, value] of parts.entries()) expect(value, `db-${services[at]}`).toEqual(parts[0]);
  });

  it('export what is theirs alone, each with its reason', () => {
    for (const own of Object.keys(ownExports)) {
      const [service, path] = own.split(' ');
      const manifest = manifests.find((candidate) => candidate.service === service)?.manifest;

      expect(manifest?.exports, own).toHaveProperty([`./${path}`]);
    }
  });

  it.each(['dependencies', 'devDependencies'] as const)(
    'have the same %s, and each difference has its reason',
    (kind) => {
      const [common] = manifests.map(({ service, manifest }) =>
        Object.keys(manifest[kind] ?? {}).filter((name) => !(`${service} ${name}` in ownDependencies)),
      );

      expect(first?.manifest[kind]).toBeDefined();
      for (const { service, manifest } of manifests) {
        const names = Object.keys(manifest[kind] ?? {}).filter(
          (name) => !(`${service} ${name}` in ownDependencies),
        );
        expect(names, `db-${service}`).toEqual(common);
      }
    },
  );
});

/**
 * `exports` and `typesVersions` without the subpaths that only this package has, `files` without the folders. Everything
 * else as it is.
 */
function withoutOwnExports(part: unknown, service: Service): unknown {
  if (Array.isArray(part)) return part.filter((folder) => !(`${service} ${folder}` in ownFolders));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key]) => !(`${service} ${key.replace('./', '')}` in ownExports))
      .map(([key, value]) => [key, key === '*' ? withoutOwnExports(value, service) : value]),
  );
}

function realPath(service: Service, path: string): string {
  return `packages/db-${service}/${path.replace('<service>', service)}`;
}

function pathsOf(service: Service): string[] {
  const directory = `packages/db-${service}`;
  return filesBelow(directory).map((path) =>
    path.slice(directory.length + 1).replace(`codezest-db-${service}`, 'codezest-db-<service>'),
  );
}

/** Two levels down; below that a package is free. Migrations are named by time. */
function foldersOf(service: Service): Set<string> {
  return new Set(
    pathsOf(service)
      .map((path) => path.split('/').slice(0, -1).slice(0, 2).join('/'))
      .filter((folder) => folder !== ''),
  );
}

function withoutName(text: string, service: Service): string {
  const capitalized = service.charAt(0).toUpperCase() + service.slice(1);
  return text
    .replaceAll(service, '<service>')
    .replaceAll(capitalized, '<Service>')
    .replaceAll(service.toUpperCase(), '<SERVICE>');
}
