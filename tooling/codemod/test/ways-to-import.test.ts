import { describe, expect, it } from 'vitest';
import { runCodemod } from '../src/run-codemod.js';
import { serviceOf } from './service-copy.js';

const EARLIER = '@codezest-academy/codezest-db';

/** A file for each way; one run rewrites them all. */
const ways: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'named.ts': [
    `// The first comment stays.\nimport { Prisma, UserRole } from '${EARLIER}';\nexport type T = Prisma.ModuleWhereInput;\nexport const r = UserRole.USER;\n`,
    `// The first comment stays.\nimport { Prisma } from '@codezest/db-learning';\nimport { UserRole } from '@codezest/db-types';\nexport type T = Prisma.ModuleWhereInput;\nexport const r = UserRole.STUDENT;\n`,
  ],
  'aliased.ts': [
    `import { UserRole as Roles, type Module as Row } from '${EARLIER}';\nexport const r = [Roles.USER, 'UserRole.USER'];\nexport type M = Row;\n`,
    `import { type Module as Row } from '@codezest/db-learning';\nimport { UserRole as Roles } from '@codezest/db-types';\nexport const r = [Roles.STUDENT, 'UserRole.USER'];\nexport type M = Row;\n`,
  ],
  'typed.ts': [
    `import type { Module, UserRole } from "${EARLIER}"\nexport type A = [Module, UserRole]\n`,
    `import type { Module } from "@codezest/db-learning"\nimport type { UserRole } from "@codezest/db-types"\nexport type A = [Module, UserRole]\n`,
  ],
  'namespace.ts': [
    `import * as db from '${EARLIER}';\nexport const client = new db.PrismaClient();\n`,
    `import * as db from '@codezest/db-learning';\nexport const client = new db.PrismaClient();\n`,
  ],
  'all-again.ts': [`export * from '${EARLIER}';\n`, `export * from '@codezest/db-learning';\n`],
  'some-again.ts': [
    `export { prisma, UserRole as Role } from '${EARLIER}';\n`,
    `export { prisma } from '@codezest/db-learning';\nexport { UserRole as Role } from '@codezest/db-types';\n`,
  ],
  'earlier-enum.ts': [
    `import { Role } from '${EARLIER}';\nexport const of = (Role: string) => Role;\nexport const admin = Role.ADMIN;\nexport const all = { Role };\nexport { Role };\n`,
    `import { UserRole } from '@codezest/db-types';\nexport const of = (Role: string) => Role;\nexport const admin = UserRole.ADMIN;\nexport const all = { Role: UserRole };\nexport { UserRole as Role };\n`,
  ],
  'from-all-again.ts': [
    `import { prisma, UserRole } from './all-again';\nexport const r = [prisma, UserRole.USER];\n`,
    `import { prisma } from './all-again';\nimport { UserRole } from '@codezest/db-types';\nexport const r = [prisma, UserRole.STUDENT];\n`,
  ],
  'equals.ts': [
    `import db = require('${EARLIER}');\nexport const client = db.prisma;\n`,
    `import db = require('@codezest/db-learning');\nexport const client = db.prisma;\n`,
  ],
  'dynamic.ts': [
    `export async function load() {\n  const { prisma } = await import('${EARLIER}'); // when it is needed\n  return prisma;\n}\nexport type M = import('${EARLIER}').Module;\nexport type R = import('${EARLIER}').UserRole;\n`,
    `export async function load() {\n  const { prisma } = await import('@codezest/db-learning'); // when it is needed\n  return prisma;\n}\nexport type M = import('@codezest/db-learning').Module;\nexport type R = import('@codezest/db-types').UserRole;\n`,
  ],
  'required.js': [
    `'use strict';\nconst { prisma, UserRole } = require('${EARLIER}');\nmodule.exports = { prisma, role: UserRole.USER };\n`,
    `'use strict';\nconst { prisma } = require('@codezest/db-learning'), { UserRole } = require('@codezest/db-types');\nmodule.exports = { prisma, role: UserRole.STUDENT };\n`,
  ],
  'mocked.ts': [
    `declare const jest: { mock(name: string): void };\njest.mock('${EARLIER}');\n`,
    `declare const jest: { mock(name: string): void };\njest.mock('@codezest/db-learning');\n`,
  ],
  'windows.ts': [
    `\uFEFFimport { prisma } from '${EARLIER}';\r\n\r\nexport async function one(id: string) {\r\n  return prisma.module.findUnique({ where: { id } });\r\n}\r\n`,
    `\uFEFFimport { prisma } from '@codezest/db-learning';\r\nimport type { ModuleId } from '@codezest/db-types';\r\n\r\nexport async function one(id: ModuleId) {\r\n  return prisma.module.findUnique({ where: { id } });\r\n}\r\n`,
  ],
  'other.ts': [
    `// ${EARLIER} is what this was about.\nexport const text = \`from '${EARLIER}'\`;\n`,
    `// ${EARLIER} is what this was about.\nexport const text = \`from '${EARLIER}'\`;\n`,
  ],
};

describe('a place that names the earlier package', () => {
  it('names the packages that have its names now, and nothing else changes', async () => {
    const files = Object.entries(ways).map(([file, [before]]) => [`src/${file}`, before] as const);
    const service = serviceOf(Object.fromEntries(files), { allowJs: true });

    const { left } = await runCodemod({ folder: service.folder, services: ['learning'] });

    for (const [file, [, after]] of Object.entries(ways))
      expect(service.read(`src/${file}`), file).toBe(after);
    expect(left).toEqual([]);
    const again = await runCodemod({ folder: service.folder, services: ['learning'], allowDirty: true });
    expect(again.changed).toEqual([]);
  });
});
