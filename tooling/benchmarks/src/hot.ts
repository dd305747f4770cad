import type { Benchmark, Ratio } from './benchmark.js';
import { activitySuite } from './hot/activity.js';
import { entitlementSuite } from './hot/entitlement.js';
import { inboxSuite } from './hot/inbox.js';
import { moduleTreeSuite } from './hot/module-tree.js';
import { assertSameRows, middle, type Round, ratio, round } from './hot/rounds.js';
import { sessionSuite } from './hot/session.js';
import { type HotPath, type HotSuite, wayNames } from './hot/way.js';

const suites = [sessionSuite, moduleTreeSuite, entitlementSuite, inboxSuite, activitySuite];
const figures = [
  { figure: 'p50', name: 'p50 ms' },
  { figure: 'cpu', name: 'CPU µs' },
] as const;

/** What every request of a service does, by our function and as one would write it instead. */
export const hot: Benchmark = {
  name: 'hot',
  summary: 'what every request does, against raw pg with the same SQL, plain Prisma and Drizzle',

  async run({ effort, progress }) {
    const opened: HotSuite[] = [];
    try {
      for (const suite of suites) {
        progress(`filling: database ${opened.length + 1} of ${suites.length}`);
        opened.push(await suite());
      }
      const measured = new Map<HotPath, Round[]>();
      for (const path of opened.flatMap(({ paths }) => paths)) {
        progress(`warming up: ${path.name}`);
        await assertSameRows(path);
        for (let turn = 0; turn < 3; turn += 1) await round(path, turn);
        measured.set(path, []);
      }
      const rounds = effort * 5;
      for (let turn = 0; turn < rounds; turn += 1) {
        progress(`round ${turn + 1} of ${rounds}`);
        for (const [path, costs] of measured) costs.push(await round(path, turn));
      }
      return { server: opened[0]?.server ?? '', ...reportOf(measured, rounds) };
    } finally {
      for (const suite of opened) await suite.close();
    }
  },
};

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
