import { isDeepStrictEqual } from 'node:util';
import { median } from '../measure.js';
import { type HotPath, type WayName, wayNames } from './way.js';

/** What one operation costs. */
export interface Cost {
  /** Half of the operations took no longer, in milliseconds. */
  readonly p50: number;
  /** Processor time of this process, in microseconds. */
  readonly cpu: number;
}

export type Round = Readonly<Record<WayName, Cost>>;

/** Ways that give other rows cannot be compared. */
export async function assertSameRows({ name, keys, ways }: HotPath): Promise<void> {
  for (const key of keys.slice(0, 20)) {
    const expected = await ways.pg.gist(key);
    for (const way of wayNames) {
      const found = await ways[way].gist(key);
      if (!isDeepStrictEqual(found, expected)) {
        throw new Error(`${name} by ${way} gives ${JSON.stringify(found)}, not ${JSON.stringify(expected)}.`);
      }
    }
  }
}

/** How many operations of one way follow each other: what disturbs the machine for longer disturbs all ways. */
const SLICE = 20;

/** A batch by each way, one operation after the other, in slices that take turns. */
export async function round(path: HotPath, turn: number): Promise<Round> {
  const spent = { ours: none(), pg: none(), prisma: none(), drizzle: none() };
  // The first slice connects and has its plans made.
  for (const way of anyOrder()) await slice(path, way, turn, none());
  for (let taken = 0; taken * SLICE < path.batch; taken += 1) {
    for (const way of anyOrder()) await slice(path, way, turn + taken, spent[way]);
  }
  const { ours, pg, prisma, drizzle } = spent;
  return { ours: costOf(ours), pg: costOf(pg), prisma: costOf(prisma), drizzle: costOf(drizzle) };
}

/** By lot: in any fixed order Prisma's garbage is collected at the expense of always the same way. */
function anyOrder(): WayName[] {
  return wayNames
    .map((way) => ({ way, lot: Math.random() }))
    .sort((one, other) => one.lot - other.lot)
    .map(({ way }) => way);
}

async function slice({ ways, keys }: HotPath, way: WayName, turn: number, costs: Spent): Promise<void> {
  const { run } = ways[way];
  const before = process.cpuUsage();
  for (let n = turn * SLICE; n < (turn + 1) * SLICE; n += 1) {
    const start = performance.now();
    await run(keys[n % keys.length] as string);
    costs.latencies.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  costs.cpu += user + system;
}

interface Spent {
  readonly latencies: number[];
  cpu: number;
}

const none = (): Spent => ({ latencies: [], cpu: 0 });
const costOf = ({ latencies, cpu }: Spent): Cost => ({ p50: median(latencies), cpu: cpu / latencies.length });

export function middle(rounds: readonly Round[], way: WayName, figure: keyof Cost): number {
  return median(rounds.map((costs) => costs[way][figure]));
}

/** Against raw `pg` in the same round: what else the machine was doing then, it did to both. */
export function ratio(rounds: readonly Round[], way: WayName, figure: keyof Cost): number {
  return median(rounds.map((costs) => costs[way][figure] / costs.pg[figure]));
}
