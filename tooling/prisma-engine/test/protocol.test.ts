import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameDatabase } from './database.js';
import { createProject, type Project } from './project.js';

const filters = { externalTables: [], externalEnums: [] };
const datasource = (url: string) => ['--datasource', JSON.stringify({ url })];
const request = (id: number, method: string, params?: object) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
const script = (sql: string) => ({ script: sql, datasourceType: { tag: 'url', url: '' } });

/** As the CLI reads it: drop the first line, the others are JSON records. */
function errorCode(output: string): string | undefined {
  const records = output.split('\n').slice(1).filter(Boolean);
  return records.map((line) => JSON.parse(line)).find(({ level }) => level === 'ERROR')?.fields.error_code;
}

describe('the engine as the CLI calls it', { timeout: 120_000 }, () => {
  const database = nameDatabase('protocol');
  let project: Project;

  const oneShot = (command: string, url: string) => project.engine([...datasource(url), 'cli', command]);
  const converse = async (...lines: string[]) => {
    const { stdout, code } = await project.engine(datasource(database.url), lines.join(''));
    return {
      code,
      messages: stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    };
  };

  const untilQuery = async (text: string): Promise<void> => {
    const seen = () =>
      database.query(`SELECT FROM pg_stat_activity WHERE query LIKE '%${text}%' AND pid <> pg_backend_pid()`);
    while ((await seen()).length === 0) await setTimeout(50);
  };

  beforeAll(async () => {
    project = createProject();
    await database.create();
  });
  afterAll(async () => {
    project.remove();
    await database.drop();
  });

  test('a database can be looked for, created, found and dropped', async () => {
    const { url } = nameDatabase('one_shot');

    const before = await oneShot('can-connect-to-database', url);
    const created = await oneShot('create-database', url);
    const after = await oneShot('can-connect-to-database', url);
    const twice = await oneShot('create-database', url);
    const dropped = await oneShot('drop-database', url);
    const gone = await oneShot('can-connect-to-database', url);

    expect([before, created, after, twice, dropped, gone].map(({ code }) => code)).toEqual([
      1, 0, 0, 1, 0, 1,
    ]);
    expect([before, twice, gone].map(({ output }) => errorCode(output))).toEqual(['P1003', 'P1009', 'P1003']);
  });

  test('a server that is not there has its own code', async () => {
    const outcome = await oneShot('can-connect-to-database', 'postgres://localhost:1/x');

    expect(outcome.code).toBe(1);
    expect(errorCode(outcome.output)).toBe('P1001');
  });

  test('requests are answered in order, each before the next begins, and the end of input ends the engine', async () => {
    const { messages, code } = await converse(
      request(1, 'dbExecute', script('CREATE TABLE line (id integer); SELECT pg_sleep(0.2)')),
      request(2, 'dbExecute', script('ALTER TABLE line ADD COLUMN more integer')),
      request(3, 'getDatabaseVersion'),
    );

    expect(messages.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(messages[0].result).toEqual({});
    expect(messages[1].result).toEqual({});
    expect(messages[2].result).toContain('PostgreSQL');
    expect(code).toBe(0);
  });

  test('the engine leaves when it is done, although its lock leaves a timer behind', async () => {
    const outcome = await project.engine(
      datasource(database.url),
      request(1, 'markMigrationRolledBack', { migrationName: 'unheard_of' }),
    );

    expect(outcome.stdout).toContain('without migrations table');
    expect(outcome.lingeredMs).toBeLessThan(9_000);
  });

  test('a request that runs when the CLI says goodbye is finished', async () => {
    const outcome = await project.engine(
      datasource(database.url),
      request(1, 'dbExecute', script('SELECT pg_sleep(1); CREATE TABLE finished (id integer)')),
      async (engine) => {
        await untilQuery('pg_sleep(1)');
        engine.kill('SIGTERM');
      },
    );

    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('"id":1,"result":{}');
    expect(await database.query("SELECT to_regclass('finished') IS NOT NULL AS there")).toEqual([
      { there: true },
    ]);
  });

  test('a connection that the server cuts fails the request that used it, and the next one connects again', async () => {
    const cut = 'SELECT pg_terminate_backend(pg_backend_pid())';
    const { messages, code } = await converse(
      request(1, 'dbExecute', script(cut)),
      request(2, 'getDatabaseVersion'),
    );

    expect(messages[0].error.data.message).toContain('terminating connection');
    expect(messages[1].result).toContain('PostgreSQL');
    expect(code).toBe(0);
  });

  test('Ctrl-C leaves no shadow database behind', async () => {
    let shadowsWhileRunning = 0;
    const content = { tag: 'ok', value: 'SELECT pg_sleep(60)' };
    const from = {
      tag: 'migrations',
      baseDir: project.directory,
      lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
      shadowDbInitScript: '',
      migrationDirectories: [
        { path: '20260101000000_slow', migrationFile: { path: 'migration.sql', content } },
      ],
    };

    const outcome = await project.engine(
      datasource(database.url),
      request(1, 'diff', { from, to: { tag: 'empty' }, script: true, exitCode: null, filters }),
      async (engine) => {
        await untilQuery('pg_sleep(60)');
        shadowsWhileRunning = (await database.shadows()).length;
        engine.kill('SIGINT');
      },
    );

    expect(outcome.code).toBe(130);
    expect(shadowsWhileRunning).toBe(1);
    expect(await database.shadows()).toEqual([]);
  });

  test('the CLI’s answer to a print request is not answered', async () => {
    const { messages } = await converse(
      '{"jsonrpc":"2.0","id":"print-1","result":{}}\n',
      request(1, 'getDatabaseVersion'),
    );

    expect(messages.map(({ id }) => id)).toEqual([1]);
  });

  test('a script is one transaction', async () => {
    const { messages } = await converse(
      request(1, 'dbExecute', script('CREATE TABLE half (id integer); SELECT nothing()')),
    );

    expect(messages[0].error.data.message).toContain('function nothing() does not exist');
    expect(await database.query("SELECT to_regclass('half') AS found")).toEqual([{ found: null }]);
  });

  test('a panic of the engine is the answer to its request, and it is not used again', async () => {
    const { messages, code } = await converse(request(1, 'debugPanic'), request(2, 'getDatabaseVersion'));

    expect(messages.map(({ error }) => error.data.message)).toEqual([
      expect.stringContaining('debugPanic artificial panic'),
      expect.stringContaining('debugPanic artificial panic'),
    ]);
    expect(messages[0].error.data.is_panic).toBe(false);
    expect(code).toBe(0);
  });

  test('what the WASM engine cannot do says so', async () => {
    const { messages } = await converse(
      request(1, 'introspectSql', { url: '', queries: [{ name: 'one', source: 'SELECT 1' }] }),
      request(2, 'getDatabaseDescription'),
    );

    expect(messages[0].error.data.message).toContain('TypedSQL needs the native schema engine');
    expect(messages[1].error.data.message).toContain('no method "getDatabaseDescription"');
  });

  test('without a url, a request that needs a database says what is missing', async () => {
    const datamodel = 'datasource db {\n  provider = "postgresql"\n}\n';
    const to = { tag: 'schemaDatamodel', files: [{ path: 'a.prisma', content: datamodel }] };
    const { stdout } = await project.engine(
      ['--datasource', '{}'],
      request(1, 'diff', { from: { tag: 'empty' }, to, script: true, exitCode: null, filters }) +
        request(2, 'dbExecute', script('SELECT 1')),
    );
    const messages = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(messages[0]).toMatchObject({
      method: 'print',
      params: { content: expect.stringContaining('empty') },
    });
    expect(messages[1]).toMatchObject({ id: 1, result: { exitCode: 0 } });
    expect(messages[2].error.data.message).toContain('datasource.url');
  });
});
