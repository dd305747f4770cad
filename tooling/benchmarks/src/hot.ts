import type { Benchmark, Ratio } from './benchmark.js';
import { activitySuite } from './hot/activity.js';
import { entitlementSuite } from './hot/entitlement.js';
import { inboxSuite } from './hot/inbox.js';
import { moduleTreeSuite } from './hot/module-tree.js';
import { assertSameRows, middle, type Round, ratio, round } from './hot/rounds.js';
import { sessionSuite } from './hot/session.js';
import { type HotPath, type HotSuite, wayNames } from './hot/way.js';

const suites = [sessionSuite, moduleTreeSuite, entitlementSuite, inboxSuite, activitySuite];
/** Rounds that don't count: until the code is compiled and PostgreSQL keeps its plans. */
const WARM_UP = 5;

const figures = [
  { figure: 'p50', name: 'p50 ms' },
  { figure: 'cpu', name: 'CPU µs' },
] as const;

/** What every request of a service does, by our function and as one would write it instead. */
export const hot: Benchmark = {
  name: 'hot',
  summary: 'what every request does, against raw pg with the same SQL, plain Prisma and Drizzle',

  async run({ effort, progress }) {
    const rounds = effort * 10;
    const measured = new Map<HotPath, Round[]>();
    let server = '';
    // One after the other, as a service has one of these databases.
    for (const open of suites) {
      progress(`filling database ${suites.indexOf(open) + 1} of ${suites.length}`);
      const suite = await open();
      server = suite.database.server;
      for (const path of suite.paths) {
        await assertSameRows(path);
        measured.set(path, await measure(suite, path, { rounds, progress }));
      }
      await suite.database.close();
    }
    return { server, ...reportOf(measured, rounds) };
  },
};

async function measure(
  { database }: HotSuite,
  path: HotPath,
  { rounds, progress }: { rounds: number; progress(line: string): void },
): Promise<Round[]> {
  const costs: Round[] = [];
  for (let turn = -WARM_UP; turn < rounds; turn += 1) {
    progress(`${path.name}: ${turn < 0 ? 'warming up' : `round ${turn + 1} of ${rounds}`}`);
    // One connection can be luckier than another, on its core or in its memory, for as long as it lives.
    await database.reconnect();
    const costsOfRound = await round(path, turn + WARM_UP);
    if (turn >= 0) costs.push(costsOfRound);
  }
  return costs;
}

function reportOf(measured: ReadonlyMap<HotPath, readonly Round[]>, rounds: number) {
  const all = [...measured];
  return {
    tables: figures.map(({ figure, name }) => ({
      title: `${name} per operation, one at a time, and the ratio to raw pg; medians of ${rounds} rounds`,
      columns: ['', ...wayNames.flatMap((way) => [way, '×'])],
      rows: all.map(([path, costs]) => [
        path.name,
        ...wayNames.flatMap((way) => [middle(costs, way, figure), ratio(costs, way, figure).toFixed(2)]),
      ]),
    })),
    ratios: figures.flatMap(({ figure, name }) =>
      all.map(
        ([path, costs]): Ratio => ({
          name: `${path.name} against raw pg, ${name}`,
          value: ratio(costs, 'ours', figure),
          aim: { atMost: 1.15 },
        }),
      ),
    ),
  };
}
