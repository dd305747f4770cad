// The load of five services, as a process of its own: what would end a service's process ends this one.
import { setTimeout as wait } from 'node:timers/promises';
import { KINDS, type Kind, type Operation, SERVICES, type Service } from './history.js';
import { type FromLoad, type LoadTask, now, type Pool } from './messages.js';
import { type Driven, drive } from './services.js';

const { urls, pauseMs } = JSON.parse(process.argv.at(-1) ?? '') as LoadTask;
const services = SERVICES.map((service) => [service, drive(service, urls[service])] as const);
let going = true;
let unsaid: Operation[] = [];

const tell = (message: FromLoad) => process.send?.(message);
const tellOperations = () => {
  if (unsaid.length > 0) tell({ operations: unsaid });
  unsaid = [];
};
const telling = setInterval(tellOperations, 50);
const measuring = setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  tell({ heapMb: heapUsed / 2 ** 20, residentMb: rss / 2 ** 20 });
}, 2_000);
process.once('message', () => {
  going = false;
});

async function work(service: Service, kind: Kind, driven: Driven): Promise<void> {
  for (let n = 1; going; n += 1) {
    const begin = now();
    const outcome = await call[kind](driven, n).then(
      (value) => (typeof value === 'number' && MAKES_VALUE.has(kind) ? { value } : {}),
      (error: unknown) => ({ failure: driven.failureClass(error), error: nameOf(error) }),
    );
    unsaid.push({ service, kind, n, begin, end: now(), ...outcome });
    await wait(pauseMs * (0.5 + Math.random()));
  }
}

const MAKES_VALUE: ReadonlySet<Kind> = new Set(['increment', 'read']);

const call: Readonly<Record<Kind, (driven: Driven, n: number) => Promise<unknown>>> = {
  insert: ({ client }, n) => client.$executeRaw`INSERT INTO chaos_written VALUES ('insert', ${n}::int)`,
  list: ({ client }, n) =>
    client.$transaction([
      client.$executeRaw`INSERT INTO chaos_written VALUES ('list', ${n}::int)`,
      client.$executeRaw`INSERT INTO chaos_written VALUES ('list', ${n}::int)`,
    ]),
  transaction: ({ client, transaction }, n) =>
    transaction(client, async (open) => {
      await open.$executeRaw`INSERT INTO chaos_written VALUES ('transaction', ${n}::int)`;
      await open.$executeRaw`INSERT INTO chaos_written VALUES ('transaction', ${n}::int)`;
    }),
  increment: ({ client, transaction }, n) =>
    transaction(client, async (open) => {
      const [row] = await open.$queryRaw<
        { value: number }[]
      >`UPDATE chaos_counter SET value = value + 1 RETURNING value, note`;
      await open.$executeRaw`INSERT INTO chaos_written VALUES ('increment', ${n}::int)`;
      return row?.value;
    }),
  function: ({ write }, n) => write(n),
  browse: ({ browse }) => browse(),
  // What a standby says may be older than what was seen before.
  read: async ({ client }) => {
    const [row] = await client.$queryRaw<
      { value: number; note: string; standby: boolean }[]
    >`SELECT value, note, pg_is_in_recovery() AS standby FROM chaos_counter`;
    return row?.standby ? undefined : row?.value;
  },
};

async function poolOf([service, { client, healthCheck }]: readonly [Service, Driven]) {
  const { healthy, pool = { total: 0, idle: 0, waiting: 0 } } = await healthCheck(client, {
    timeoutMs: 10_000,
  });
  return [service, { healthy, ...pool }] as const;
}

function nameOf(error: unknown): string {
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  return [name, code, message?.trim().split('\n').at(-1)?.slice(0, 160)].filter(Boolean).join(' ');
}

await Promise.all(services.flatMap(([service, with_]) => KINDS.map((kind) => work(service, kind, with_))));
clearInterval(telling);
clearInterval(measuring);
tellOperations();
tell({ pools: Object.fromEntries(await Promise.all(services.map(poolOf))) as Record<Service, Pool> });
await Promise.all(services.map(([, { client }]) => client.$disconnect()));
process.disconnect?.();
