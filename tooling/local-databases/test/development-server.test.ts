import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  developmentServerStatus,
  resetDevelopmentServer,
  startDevelopmentServer,
  stopDevelopmentServer,
} from '../src/development-server.js';
import { LOOPBACK } from '../src/free-port.js';
import { SERVICES } from '../src/services.js';
import { databases, killedWhen, until } from './child.js';
import { answers, query } from './query.js';

let parent: string;
let localDirectory: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'codezest-development-'));
  chmodSync(parent, 0o755);
  localDirectory = join(parent, 'local');
  environment = { CODEZEST_LOCAL_DIR: localDirectory };
});

afterEach(async () => {
  chmodSync(parent, 0o755);
  if (existsSync(localDirectory)) await stopDevelopmentServer({ localDirectory });
  rmSync(parent, { recursive: true, force: true });
});

describe('a development server', () => {
  it('has a database for each service, on the loopback, in UTC, behind a password', async () => {
    const { urls, port } = await startDevelopmentServer({ localDirectory });

    for (const service of SERVICES) {
      const [row] = await query(
        urls[service],
        `SELECT current_database() AS database, current_setting('TimeZone') AS zone,
                current_setting('listen_addresses') AS addresses, current_setting('fsync') AS fsync`,
      );
      expect(row).toEqual({ database: `codezest_${service}`, zone: 'UTC', addresses: LOOPBACK, fsync: 'on' });
    }
    const wrong = `postgresql://postgres:postgres@${LOOPBACK}:${port}/postgres`;
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps data, port and password over a stop', async () => {
    const first = await startDevelopmentServer({ localDirectory });
    await query(first.urls.auth, 'CREATE TABLE kept AS SELECT 7 AS number');

    expect(await stopDevelopmentServer({ localDirectory })).toBe(true);
    expect(developmentServerStatus({ localDirectory })).toBeUndefined();
    expect(await stopDevelopmentServer({ localDirectory })).toBe(false);
    const second = await startDevelopmentServer({ localDirectory });

    expect(second.urls).toEqual(first.urls);
    expect(await query(second.urls.auth, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
  });

  it('starts empty after a reset, under the same URLs', async () => {
    const first = await startDevelopmentServer({ localDirectory });
    await query(first.urls.auth, 'CREATE TABLE lost ()');

    const second = await resetDevelopmentServer({ localDirectory });

    expect(second.urls).toEqual(first.urls);
    expect(await query(second.urls.auth, `SELECT to_regclass('lost') AS lost`)).toEqual([{ lost: null }]);
    expect(readdirSync(localDirectory)).toEqual(['postgres']);
  });

  it('is one server when two commands start it at once', async () => {
    const results = await Promise.all([
      databases(['start', '--json'], environment),
      databases(['start', '--json'], environment),
    ]);

    const servers = results.map(({ stdout }) => JSON.parse(stdout));
    expect(servers[0].pid).toBe(servers[1].pid);
    expect(servers.map((server) => server.started).sort()).toEqual([false, true]);
  });
});

describe('recovery', () => {
  it('from a killed server with a query in flight: nothing committed is lost', async () => {
    const { urls, pid, started } = await startDevelopmentServer({ localDirectory });
    await query(urls.payments, 'CREATE TABLE kept AS SELECT 7 AS number');
    const busy = await busyClient(urls.payments);

    process.kill(pid, 'SIGKILL');
    const second = await startDevelopmentServer({ localDirectory });

    expect({ started, again: second.started }).toEqual({ started: true, again: true });
    expect(second.pid).not.toBe(pid);
    expect(await query(second.urls.payments, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    await busy.end();
  });

  it('from a process file whose number is another program’s by now', async () => {
    const { dataDirectory } = await startDevelopmentServer({ localDirectory });
    const file = join(dataDirectory, 'postmaster.pid');
    const content = readFileSync(file, 'utf8');
    await stopDevelopmentServer({ localDirectory });
    const stranger = spawn('sleep', ['60'], { uid: process.getuid?.() === 0 ? 65_534 : undefined });
    writeFileSync(file, content.replace(/^\d+/, String(stranger.pid)), { mode: 0o644 });

    const status = developmentServerStatus({ localDirectory });
    const { started } = await startDevelopmentServer({ localDirectory });

    expect({ status, started, strangerLives: stranger.exitCode === null }).toEqual({
      status: undefined,
      started: true,
      strangerLives: true,
    });
    stranger.kill();
  });

  it('from a first start that was killed in the middle', async () => {
    const drafts = () => (existsSync(localDirectory) ? readdirSync(localDirectory) : []).filter(isDraft);
    await killedWhen(['start'], environment, () => drafts().length > 0);
    expect(existsSync(join(localDirectory, 'postgres'))).toBe(false);

    const { urls } = await startDevelopmentServer({ localDirectory });

    expect(await answers(urls.auth)).toBe(true);
    expect(drafts()).toEqual([]);
  });

  it('from a start that was killed when the server came up, which goes on running', async () => {
    const file = join(localDirectory, 'postgres/data/postmaster.pid');
    await killedWhen(['start'], environment, () => existsSync(file));
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);

    const server = await startDevelopmentServer({ localDirectory });

    expect(server.pid).toBe(pid);
    expect(await answers(server.urls.activity)).toBe(true);
  });

  it('from a start without databases: makes the missing ones', async () => {
    const { urls } = await startDevelopmentServer({ localDirectory });
    await query(urls.auth, 'DROP DATABASE codezest_learning');

    await startDevelopmentServer({ localDirectory });

    expect(await answers(urls.learning)).toBe(true);
  });
});

describe('a port that another program has', () => {
  it('is replaced by a free one, and the notice says so', async () => {
    const first = await startDevelopmentServer({ localDirectory });
    await stopDevelopmentServer({ localDirectory });
    const squatter = await listenOn(first.port);

    const second = await startDevelopmentServer({ localDirectory });

    expect(second.port).not.toBe(first.port);
    expect(second.notices.join()).toContain(`Port ${first.port} is taken`);
    expect(await answers(second.urls.auth)).toBe(true);
    squatter.close();
  });

  it('is an error when it was asked for by name', async () => {
    const squatter = await listenOn(0);
    const port = (squatter.address() as { port: number }).port;

    const { code, stderr } = await databases(['start'], {
      ...environment,
      CODEZEST_LOCAL_PORT: String(port),
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`PORT_TAKEN Port ${port}.*CODEZEST_LOCAL_PORT`, 's'));
    squatter.close();
  });

  it('must be a port', async () => {
    const { code, stderr } = await databases(['start'], { ...environment, CODEZEST_LOCAL_PORT: 'http' });

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('LOCAL_SETTING_INVALID') });
  });
});

it('a folder that cannot be written is named, with what to do', async () => {
  writeFileSync(join(parent, 'file'), '');

  const start = startDevelopmentServer({ localDirectory: join(parent, 'file', 'local') });

  await expect(start).rejects.toMatchObject({
    code: 'FOLDER_UNUSABLE',
    message: expect.stringContaining('CODEZEST_LOCAL_DIR'),
  });
});

it.runIf(process.getuid?.() === 0)(
  'as root: a folder that only root may enter is linked to one outside',
  async () => {
    chmodSync(parent, 0o700);

    const { dataDirectory, notices, urls } = await startDevelopmentServer({ localDirectory });

    expect(dataDirectory.startsWith(parent)).toBe(false);
    expect(notices.join()).toContain(dataDirectory.replace(/\/data$/, ''));
    expect(await answers(urls.auth)).toBe(true);
    await stopDevelopmentServer({ localDirectory });
    rmSync(join(dataDirectory, '..'), { recursive: true });
  },
);

function isDraft(name: string): boolean {
  return name.startsWith('postgres.new-');
}

/** In a loop that does not look whether its server lives, and so keeps the shared memory of a killed one. */
async function busyClient(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'busy' });
  client.on('error', () => undefined);
  await client.connect();
  client.query('SELECT count(*) FROM generate_series(1, 1e12)').catch(() => undefined);
  const busy = `SELECT FROM pg_stat_activity WHERE application_name = 'busy' AND state = 'active'`;
  await until(async () => (await query(url, busy)).length === 1);
  return client;
}

function listenOn(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(port, LOOPBACK, () => resolve(server)));
}
