import { expect, test } from 'vitest';
import { prismaEnvironment } from './run-prisma.mjs';

const directory = '/workspace/packages/db-auth';

test('Prisma runs with our engine, and neither asks nor tells its maker anything', () => {
  const env = prismaEnvironment({ env: { PATH: '/bin', HOME: '/users/me' }, directory });

  expect(env).toMatchObject({ CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', HOME: '/users/me' });
  expect(env.PRISMA_SCHEMA_ENGINE_BINARY).toMatch(/bin\/schema-engine\.mjs$/);
  expect(env.PATH).toMatch(
    /^\/workspace\/packages\/db-auth\/node_modules\/\.bin:\/workspace\/packages\/node_modules/,
  );
});

test('an engine that the user names wins', () => {
  const env = prismaEnvironment({ env: { PRISMA_SCHEMA_ENGINE_BINARY: '/opt/schema-engine' }, directory });

  expect(env.PRISMA_SCHEMA_ENGINE_BINARY).toBe('/opt/schema-engine');
});
