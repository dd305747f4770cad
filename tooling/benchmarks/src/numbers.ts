import { createClient, PrismaClient } from '@codezest/db-auth';
import { createTestDatabase, factories } from '@codezest/db-auth/testing';
import type { Benchmark } from './benchmark.js';
import { median } from './measure.js';

interface Executing {
  _executeRequest(request: object): Promise<unknown>;
}

// Prisma's own method: that of our class looks at the arguments and then calls it.
const prismas = Object.getPrototypeOf(PrismaClient.prototype) as Executing;
class UncheckedClient extends (PrismaClient as unknown as new (options: object) => Executing) {
  override _executeRequest(request: object): Promise<unknown> {
    return prismas._executeRequest.call(this, request);
  }
}

/** So many calls of each client make a round; the two take turns, because a machine has faster and slower moments. */
const CALLS = 40;

/** What it costs a call that its arguments are looked at, for numbers and for live rows: with the look and without, in turns. */
export const numbers: Benchmark = {
  name: 'numbers',
  summary: 'what it costs user.findUnique that the client looks at its arguments: whole numbers, live rows',

  async run({ effort, progress }) {
    const database = await createTestDatabase();
    const checked = createClient({ url: database.url });
    const unchecked = new UncheckedClient({ url: database.url }) as unknown as typeof checked;
    const { id } = await factories(database.client).user();

    const spent = { checked: [] as number[], unchecked: [] as number[] };
    const [{ version = '' } = {}] = await checked.$queryRawUnsafe<{ version: string }[]>(
      "SELECT current_setting('server_version') AS version",
    );
    for (let round = -5; round < effort * 50; round += 1) {
      progress(`round ${round + 1} of ${effort * 50}`);
      for (const [name, client] of [
        ['checked', checked],
        ['unchecked', unchecked],
      ] as const) {
        for (let call = 0; call < CALLS; call += 1) {
          const start = performance.now();
          await client.user.findUnique({ where: { id } });
          if (round >= 0) spent[name].push(performance.now() - start);
        }
      }
    }
    await Promise.all([checked.$disconnect(), unchecked.$disconnect()]);
    await database.drop();

    const [withLook, without] = [median(spent.checked), median(spent.unchecked)];
    return {
      server: version,
      tables: [
        {
          title: `p50 of user.findUnique in ms, ${spent.checked.length} calls each`,
          columns: ['', 'p50 ms'],
          rows: [
            ['numbers looked at', withLook.toFixed(3)],
            ['Prisma alone', without.toFixed(3)],
          ],
        },
      ],
      ratios: [
        {
          name: 'user.findUnique with the look at its numbers',
          value: withLook / without,
          aim: { atMost: 1.03 },
        },
      ],
    };
  },
};
