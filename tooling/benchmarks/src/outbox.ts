import { createAccount, createClient, type PrismaClient } from '@codezest/db-auth';
import { createTestDatabase, type TestDatabase } from '@codezest/db-auth/testing';
import type { UserId } from '@codezest/db-types';
import { hash } from '@node-rs/argon2';
import type { Benchmark } from './benchmark.js';
import { median } from './measure.js';

const TURNS = 400;

interface Service {
  readonly database: TestDatabase;
  readonly client: PrismaClient;
  readonly user: { readonly id: UserId };
}

/** What the events of a function add to it: the same work with the triggers that tell, and without. */
export const outbox: Benchmark = {
  name: 'outbox',
  summary: 'what a function costs that tells the other services, against itself without the event',

  async run({ effort, progress }) {
    const passwordHash = await hash('learn-to-code');
    const open = async (): Promise<Service> => {
      const database = await createTestDatabase();
      const client = createClient({ url: database.url });
      const account = { email: 'first@example.com', passwordHash, firstName: 'F', lastName: '' };
      return { database, client, user: (await createAccount(client, account)).user };
    };
    const telling = await open();
    const silent = await open();
    for (const sql of withoutEvents) await silent.client.$executeRawUnsafe(sql);
    let n = 0;
    const works: Record<string, (service: Service) => Promise<unknown>> = {
      createAccount: ({ client }) =>
        createAccount(client, {
          email: `person${n}@example.com`,
          passwordHash,
          firstName: 'Grace',
          lastName: 'Hopper',
          profile: { timezone: 'Europe/Berlin' },
        }),
      'user.update of a name': ({ client, user: { id } }) =>
        client.user.update({ where: { id }, data: { lastName: `Number ${n}` } }),
      'user.update of a login': ({ client, user: { id } }) =>
        client.user.update({ where: { id }, data: { lastLoginAt: new Date(n) } }),
    };

    const rows: [string, number, number][] = [];
    for (const [name, work] of Object.entries(works)) {
      const spent: [number[], number[]] = [[], []];
      for (let turn = -50; turn < effort * TURNS; turn += 1) {
        if (turn % 50 === 0) progress(`${name}: turn ${turn} of ${effort * TURNS}`);
        n += 1;
        // They take turns in both orders, because a machine has faster and slower moments.
        const order = turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
        for (const way of order) {
          const start = performance.now();
          await work(way === 0 ? telling : silent);
          if (turn >= 0) spent[way].push(performance.now() - start);
        }
      }
      rows.push([name, median(spent[0]), median(spent[1])]);
    }
    const [{ version = '', sync = '' } = {}] = await telling.client.$queryRawUnsafe<
      { version: string; sync: string }[]
    >(`SELECT current_setting('server_version') AS version,
         current_setting('fsync') || '/' || current_setting('synchronous_commit') AS sync`);
    for (const { client, database } of [telling, silent]) {
      await client.$disconnect();
      await database.drop();
    }
    return {
      server: `${version}, fsync/synchronous_commit ${sync}`,
      tables: [{ title: 'p50, ms', columns: ['', 'with events', 'without'], rows }],
      ratios: rows.map(([name, withEvents, without]) => ({
        name,
        value: withEvents / without,
        aim: { atMost: 1.15 },
      })),
    };
  },
};

const withoutEvents = [
  'DROP TRIGGER users_registered ON users',
  'DROP TRIGGER users_version ON users',
  'DROP TRIGGER users_changed ON users',
  'DROP TRIGGER user_profiles_contact_changed ON user_profiles',
];
