import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServices, registerAccounts, type Services } from './services.js';

const KILLS = process.env.LONG_TESTS ? 200 : 30;
const consumers = ['payments', 'notifications', 'activity', 'learning'] as const;
type Consumer = (typeof consumers)[number];

let services: Services;
let auth: Connection;
const of = {} as Record<Consumer, Connection>;

beforeAll(async () => {
  services = await createServices();
  auth = await connected(services.auth.owner.url);
  for (const name of consumers) of[name] = await connected(services[name].owner.url);
});
afterAll(async () => {
  for (const connection of [auth, ...Object.values(of)]) await connection?.end();
  await services?.drop();
});

async function connected(url: string): Promise<Connection> {
  const connection = new Connection({ connectionString: url });
  await connection.connect();
  return connection;
}

const rowsOf = async <Row extends object>(
  connection: Connection,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> => (await connection.query<Row>(sql, values)).rows;

/** A command of a package as operators run it, which is started again whenever it is killed. */
class Worker {
  #process: ChildProcess | undefined;
  isStopping = false;

  constructor(
    readonly name: string,
    readonly args: readonly string[],
    readonly env: Readonly<Record<string, string>>,
  ) {
    this.#start();
  }

  #start(): void {
    const bin = join(__dirname, `../../${this.name}/bin/codezest-${this.name}.js`);
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [bin, ...this.args], {
      env: { PATH, ...this.env },
      stdio: 'ignore',
    });
    child.once('exit', () => {
      if (!this.isStopping) this.#start();
    });
    this.#process = child;
  }

  async kill(): Promise<void> {
    const child = this.#process as ChildProcess;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** The exit code after SIGTERM. */
  async stop(): Promise<number | null> {
    this.isStopping = true;
    const child = this.#process as ChildProcess;
    if (child.exitCode !== null) return child.exitCode;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await gone;
    return code;
  }
}

it(`${KILLS} kills of deliverers, consumers and connections lose nothing, double nothing and leave every service right`, async () => {
  const { outboxes, inboxes } = services.databases;
  const deliverers = [0, 1].map(
    () =>
      new Worker('db-delivery', ['run', '--batch', '25', '--lease', '2'], {
        AUTH_OUTBOX_DATABASE_URL: outboxes.auth as string,
        ...Object.fromEntries(
          consumers.map((name) => [`${name.toUpperCase()}_INBOX_DATABASE_URL`, inboxes[name] as string]),
        ),
      }),
  );
  const receivers = consumers.map(
    (name) =>
      new Worker(`db-${name}`, ['events', 'receive', '--limit', '10'], {
        [`${name.toUpperCase()}_DATABASE_URL`]: services[name].owner.url,
      }),
  );
  const workers = [...deliverers, ...receivers];
  const live = new Set<string>();
  const gone = new Set<string>();

  for (let round = 0; round < KILLS; round += 1) {
    const users = await registerAccounts(auth, 10);
    for (const id of users) live.add(id);
    await auth.query(
      `UPDATE users SET last_name = 'v' || $2, email = 'v' || $2 || '-' || id || '@example.com' WHERE id = ANY ($1)`,
      [[...live].filter((_, place) => place % 3 === round % 3), round],
    );
    const leaving = [...live][round];
    if (leaving !== undefined) {
      await auth.query('DELETE FROM users WHERE id = $1', [leaving]);
      live.delete(leaving);
      gone.add(leaving);
    }
    await sleep(100);
    if (round % 3 === 2) {
      const connection = [auth, ...Object.values(of)][round % 5] as Connection;
      await connection.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> ''`,
      );
    } else await workers[(round * 5) % workers.length]?.kill();
  }

  for (let open = 1; open > 0; await sleep(100)) {
    const [told] = await rowsOf<{ n: number }>(
      auth,
      'SELECT count(*)::int AS n FROM outbox_deliveries WHERE delivered_at IS NULL',
    );
    open = told?.n ?? 0;
    for (const name of consumers) {
      const [waiting] = await rowsOf<{ n: number }>(
        of[name],
        'SELECT count(*)::int AS n FROM received_events WHERE processed_at IS NULL',
      );
      open += waiting?.n ?? 0;
    }
  }
  expect(await Promise.all(deliverers.map((worker) => worker.stop()))).toEqual([0, 0]);
  await Promise.all(receivers.map((worker) => worker.stop()));

  const expected = await rowsOf(auth, 'SELECT id, email, last_name AS name, version FROM users ORDER BY id');
  expect(expected).toHaveLength(live.size);
  const recipients = `SELECT user_id AS id, email, last_name AS name, version FROM recipients ORDER BY 1`;
  expect(await rowsOf(of.notifications, recipients)).toEqual(expected);
  const ids = [...live].sort();
  // What an erased person has paid for stays, under another id.
  for (const [consumer, table] of [
    ['payments', 'subscriptions'],
    ['activity', 'user_activities'],
    ['activity', 'user_engagements'],
  ] as const)
    expect([
      table,
      await rowsOf(
        of[consumer],
        `SELECT user_id AS id, count(*)::int AS n FROM ${table} WHERE user_id = ANY ($1) GROUP BY 1 ORDER BY 1`,
        [[...live, ...gone]],
      ),
    ]).toEqual([table, ids.map((id) => ({ id, n: 1 }))]);

  expect(gone.size).toBe(KILLS);
  for (const name of consumers) {
    const [erased] = await rowsOf<{ n: number }>(of[name], 'SELECT count(*)::int AS n FROM erased_users');
    expect([name, erased?.n]).toEqual([name, gone.size]);
    const left = await rowsOf(of[name], `SELECT FROM received_events WHERE payload ->> 'userId' = ANY ($1)`, [
      [...gone],
    ]);
    expect(left).toEqual([]);
  }
});
