import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packages } from './packages.js';

/** A function of ours that a service's first request may call. */
const FIRST_CALLS: Record<string, string> = {
  auth: `authenticateSession(client, 'a token that nobody has')`,
  learning: 'findModuleTree(client, id)',
  payments: 'entitlementOf(client, id)',
  notifications: 'inboxCounts(client, id)',
  activity: 'listActivity(client, id)',
};

const program = (service: string) => `
  const { createClient, disconnect, ...functions } = require('@codezest/db-${service}');
  const client = createClient({ url: process.argv[1] });
  const engine = () => Object.keys(require.cache).filter((file) => file.includes('query_compiler')).length;
  (async () => {
    const id = '00000000-0000-7000-8000-000000000001';
    await functions.${FIRST_CALLS[service]};
    const before = engine();
    await client.$queryRaw\`SELECT 1\`;
    await client.$disconnect();
    console.log(JSON.stringify({ before, after: engine() }));
  })();`;

// Loading it takes as long as all the rest of a start.
test.each(packages)(
  "db-$service loads Prisma's query compiler at Prisma's first query, not for functions",
  async ({ service, createTestDatabase }) => {
    const database = await createTestDatabase();
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program(service), database.url]);
    await database.drop();

    expect(JSON.parse(stdout)).toEqual({ before: 0, after: expect.any(Number) });
    expect(JSON.parse(stdout).after).toBeGreaterThan(0);
  },
);
