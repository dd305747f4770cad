import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../src/migrations/index.js';
import { applyRoles, type RoleDefinition } from '../../src/roles/index.js';
import { runSeed, type SeedContext } from '../../src/seed/index.js';
import { createScratch, type Scratch } from '../migrations/scratch.js';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await createScratch();
});
afterEach(() => scratch.drop());

const definition: RoleDefinition = {
  service: 'x',
  appendOnly: [],
  neverDeleted: [],
  referenceData: [],
  secretColumns: [],
  inbox: [],
};
const withOptions = (url: string, more = ''): string => `${url}?options=-c%20role%3Dpg_monitor${more}`;

describe("the URL's own options hold in the session of a command", () => {
  test('migrate', async () => {
    scratch.write('20260101000000_session', "CREATE TABLE session AS SELECT current_setting('role') AS role");
    // The role of the URL makes the tables; this one may.
    await scratch.query('GRANT CREATE ON SCHEMA public TO pg_monitor');

    await migrate(scratch.options({ url: withOptions(scratch.url) }));

    expect(
      await scratch.query(
        "SELECT role, pg_get_userbyid(relowner) AS owner FROM session, pg_class WHERE relname = 'session'",
      ),
    ).toEqual([{ role: 'pg_monitor', owner: 'pg_monitor' }]);
  });

  test('seed', async () => {
    await scratch.query('CREATE TABLE seen (role text); GRANT INSERT ON seen TO pg_monitor');
    const step = {
      name: 'role',
      run: async ({ pool }: SeedContext) => {
        await pool.query("INSERT INTO seen SELECT current_setting('role')", []);
      },
    };

    await runSeed({ url: withOptions(scratch.url), size: 'small', seed: { steps: [step] } });

    expect(await scratch.query('SELECT * FROM seen')).toEqual([{ role: 'pg_monitor' }]);
  });
});

describe('against a server that accepts a connection and says nothing', () => {
  let server: Server;
  let said: string[];
  const open: Socket[] = [];
  beforeEach(async () => {
    said = [];
    server = createServer((socket) => {
      open.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => said.push(bytes.toString('latin1')));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
    server.close();
  });

  test.each([
    ['migrate', (url: string) => migrate(scratch.options({ url, waitMs: 0 }))],
    ['roles', (url: string) => applyRoles({ adminUrl: url, database: 'x', definition: definition })],
    ['seed', (url: string) => runSeed({ url, size: 'small', seed: { steps: [] } })],
  ])('%s gives up after connect_timeout, having sent the options', async (_, command) => {
    const { port } = server.address() as AddressInfo;
    const started = performance.now();

    await expect(
      command(withOptions(`postgresql://me@127.0.0.1:${port}/x`, '&connect_timeout=1')),
    ).rejects.toThrow(/timeout/);

    expect(performance.now() - started).toBeLessThan(9_000);
    expect(said.join()).toContain('options\0-c role=pg_monitor\0');
  });
});
