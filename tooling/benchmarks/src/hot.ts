import type { Benchmark, Ratio } from './benchmark.js';
import { activitySuite } from './hot/activity.js';
import { type BesideSlow, besideSlow } from './hot/beside-slow.js';
import { entitlementSuite } from './hot/entitlement.js';
import { inboxSuite } from './hot/inbox.js';
import { moduleTreeSuite } from './hot/module-tree.js';
import {
  assertSameRows,
  CALLERS,
  type Callers,
  type Cost,
  middle,
  type Round,
  ratio,
  round,
} from './hot/rounds.js';
import { sessionSuite } from './hot/session.js';
import { type HotPath, type HotSuite, wayNames } from './hot/way.js';
import { median } from './measure.js';

const suites = [sessionSuite, moduleTreeSuite, entitlementSuite, inboxSuite, activitySuite];
/** Rounds that don't count: until the code is compiled and PostgreSQL keeps its plans. */
const WARM_UP = 5;

const figures = [
  { figure: 'p50', name: 'p50 ms' },
  { figure: 'cpu', name: 'CPU µs per call' },
  { figure: 'rate', name: 'calls per second' },
] as const;

/** What every request of a service does, by our function and as one would write it instead. */
export const hot: Benchmark = {
  name: 'hot',
  summary:
    'what every request does, 1, 8 and 64 at a time, against raw pg and postgres.js with the same SQL, Drizzle and plain Prisma',

  async run({ effort, progress }) {
    const rounds = effort * 10;
    const measured = new Map<HotPath, Round[]>();
    let server = '';
    const besides: BesideSlow[] = [];
    // One after the other, as a service has one of these databases.
    for (const open of suites) {
      progress(`filling database ${suites.indexOf(open) + 1} of ${suites.length}`);
      const suite = await open();
      server = suite.database.server;
      for (const path of suite.paths) {
        await assertSameRows(path);
        measured.set(path, await measure(suite, path, { rounds, progress }));
      }
      if (open === sessionSuite) {
        progress('quick statements beside slow ones');
        for (let turn = 0; turn < rounds / 6; turn += 1) besides.push(await besideSlow(suite.database));
      }
      await suite.database.close();
    }
    return { server, ...reportOf(measured, { rounds, besides }) };
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

function reportOf(
  measured: ReadonlyMap<HotPath, readonly Round[]>,
  { rounds, besides }: { rounds: number; besides: readonly BesideSlow[] },
) {
  const all = [...measured];
  const ours = median(besides.map((beside) => beside.ours));
  const pg = median(besides.map((beside) => beside.pg));
  return {
    tables: [
      ...CALLERS.flatMap((callers) =>
        figures.map(({ figure, name }) => ({
          title: `${name}, ${callers} at a time, and the ratio to raw pg; medians of ${rounds} rounds`,
          columns: ['', ...wayNames.flatMap((way) => [way, '×'])],
          rows: all.map(([path, costs]) => [
            path.name,
            ...wayNames.flatMap((way) => [
              middle(costs, { callers, way, figure }),
              ratio(costs, { callers, way, figure }).toFixed(2),
            ]),
          ]),
        })),
      ),
      {
        title: 'p99 ms of quick statements, 64 at a time, one in a hundred takes 100 ms',
        columns: ['', 'ours', 'pg', '×'],
        rows: [['SELECT $1', ours, pg, (ours / pg).toFixed(2)]],
      },
    ],
    ratios: all.flatMap(([path, costs]): Ratio[] => {
      const of = (callers: Callers, figure: keyof Cost) => ratio(costs, { callers, way: 'ours', figure });
      const against = `${path.name} against raw pg`;
      return [
        { name: `${against}, p50 of one caller`, value: of(1, 'p50'), aim: { atMost: 1.05 } },
        { name: `${against}, CPU of one caller`, value: of(1, 'cpu'), aim: { atMost: 1.15 } },
        { name: `${against}, calls per second of 64`, value: of(64, 'rate'), aim: { atLeast: 1.5 } },
      ];
    }),
  };
}
