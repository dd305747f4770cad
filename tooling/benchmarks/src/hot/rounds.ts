import { isDeepStrictEqual } from 'node:util';
import { median } from '../measure.js';
import { type HotPath, type WayName, wayNames } from './way.js';

/** How many ask at the same time. */
export const CALLERS = [1, 8, 64] as const;
export type Callers = (typeof CALLERS)[number];

/** What one operation costs. */
export interface Cost {
  /** Half of the operations took no longer, in milliseconds. */
  readonly p50: number;
  /** Processor time of this process, in microseconds. */
  readonly cpu: number;
  /** Operations in a second. */
  readonly rate: number;
}

export type Round = Readonly<Record<Callers, Readonly<Record<WayName, Cost>>>>;

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

/** Operations of one way that follow each other: what disturbs the machine for longer disturbs all ways. */
const SLICE: Record<Callers, number> = { 1: 20, 8: 80, 64: 320 };
/** How many slices a way has in a round. */
const SLICES: Record<Callers, number> = { 1: 8, 8: 4, 64: 2 };

/** Each way with each number of callers, in slices that take turns. */
export async function round(path: HotPath, turn: number): Promise<Round> {
  const costs = {} as Record<Callers, Record<WayName, Cost>>;
  for (const callers of CALLERS) {
    const spent = Object.fromEntries(wayNames.map((way) => [way, none()])) as Record<WayName, Spent>;
    // The first slice connects and has its plans made.
    for (const way of anyOrder()) await slice(path, { way, callers, turn }, none());
    for (let taken = 0; taken < SLICES[callers]; taken += 1) {
      for (const way of anyOrder()) await slice(path, { way, callers, turn: turn + taken }, spent[way]);
    }
    costs[callers] = Object.fromEntries(wayNames.map((way) => [way, costOf(spent[way])])) as Record<
      WayName,
      Cost
    >;
  }
  return costs;
}

/** By lot: in any fixed order Prisma's garbage is collected at the expense of always the same way. */
function anyOrder(): WayName[] {
  return wayNames
    .map((way) => ({ way, lot: Math.random() }))
    .sort((one, other) => one.lot - other.lot)
    .map(({ way }) => way);
}

interface Slice {
  readonly way: WayName;
  readonly callers: Callers;
  readonly turn: number;
}

async function slice({ ways, keys }: HotPath, { way, callers, turn }: Slice, costs: Spent): Promise<void> {
  const { run } = ways[way];
  let next = turn * SLICE[callers];
  const end = next + SLICE[callers];
  const before = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (next < end) {
        const key = keys[next++ % keys.length] as string;
        const start = performance.now();
        await run(key);
        costs.latencies.push(performance.now() - start);
      }
    }),
  );
  costs.elapsed += performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  costs.cpu += user + system;
}

interface Spent {
  readonly latencies: number[];
  cpu: number;
  elapsed: number;
}

const none = (): Spent => ({ latencies: [], cpu: 0, elapsed: 0 });
const costOf = ({ latencies, cpu, elapsed }: Spent): Cost => ({
  p50: median(latencies),
  cpu: cpu / latencies.length,
  rate: (1_000 * latencies.length) / elapsed,
});

export interface Figure {
  readonly callers: Callers;
  readonly way: WayName;
  readonly figure: keyof Cost;
}

export function middle(rounds: readonly Round[], { callers, way, figure }: Figure): number {
  return median(rounds.map((costs) => costs[callers][way][figure]));
}

/** Against raw `pg` in the same round: what else the machine was doing then, it did to both. */
export function ratio(rounds: readonly Round[], { callers, way, figure }: Figure): number {
  return median(rounds.map((costs) => costs[callers][way][figure] / costs[callers].pg[figure]));
}
