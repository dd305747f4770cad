import { expect, it } from 'vitest';
import { runCodemod } from '../src/run-codemod.js';
import { serviceOf } from './service-copy.js';

const EARLIER = '@codezest-academy/codezest-db';
const references = {
  'tsconfig.json': JSON.stringify({ files: [], references: [{ path: 'data' }, { path: 'app' }] }),
  ...Object.fromEntries(
    ['data', 'app'].map((name) => [
      `${name}/tsconfig.json`,
      JSON.stringify({
        compilerOptions: {
          target: 'ES2022',
          module: 'commonjs',
          moduleResolution: 'node',
          strict: true,
          composite: true,
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
          skipLibCheck: true,
          types: ['node'],
          rootDir: '..',
        },
        include: ['.'],
        ...(name === 'app' ? { references: [{ path: '../data' }] } : {}),
      }),
    ]),
  ),
};

it('ids reach across projects, stop at decorators, and texts that are none are told', async () => {
  const service = serviceOf({
    ...references,
    'data/modules.ts': `import { prisma } from '${EARLIER}';\n\nexport const moduleOf = (id: string) => prisma.module.findUnique({ where: { id } });\nexport const named = (ids: string[]) => prisma.module.findMany({ where: { id: { in: ids } } });\n`,
    'app/body.ts': `function IsString() {\n  return (_target: object, _name: string) => undefined;\n}\n\nexport class Body {\n  @IsString()\n  moduleId: string = '';\n}\n`,
    'app/routes.ts': `import { moduleOf, named } from '../data/modules';\nimport { Body } from './body';\n\nexport const show = (body: Body) => moduleOf(body.moduleId);\nexport const maybe = (query: Record<string, string>) => named([query.id, 'module-1']);\nexport function shadowed(moduleOf: (id: string) => void, id: string) {\n  moduleOf(id);\n}\n`,
  });

  const { left } = await runCodemod({ folder: service.folder, services: ['learning'] });

  expect(service.read('data/modules.ts')).toContain('(id: ModuleId)');
  expect(service.read('data/modules.ts')).toContain('(ids: ModuleId[])');
  expect(service.read('app/body.ts')).toContain("  @IsString()\n  moduleId: string = '';");
  expect(service.read('app/routes.ts')).toContain('moduleOf(parseModuleId(body.moduleId))');
  expect(service.read('app/routes.ts')).toContain("named([parseModuleId(query.id), 'module-1'])");
  expect(service.read('app/routes.ts')).toContain(
    'shadowed(moduleOf: (id: string) => void, id: string) {\n  moduleOf(id);',
  );
  expect(left.map(({ file, reason }) => `${file} ${reason.slice(0, 26)}`)).toEqual([
    "app/routes.ts 'module-1' is no UUID: the",
  ]);
});
