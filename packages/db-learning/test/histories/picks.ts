import type { Client } from '../../src/index.js';
import type { RawRows, World } from './raw-rows.js';

/** What one step of a history is told: the rows before it, and numbers that choose among them. */
export interface Scene {
  readonly world: World;
  readonly rows: RawRows;
  readonly picks: readonly number[];
}

/** One call of a function, or one plain write of Prisma. */
export type Act = (open: Client, scene: Scene) => PromiseLike<unknown>;

/** The row that the nth number chooses; where there is none the step is skipped. */
export function picked<Row>(list: readonly Row[], { picks }: Scene, nth = 0): Row {
  const row = list[(picks[nth] ?? 0) % Math.max(list.length, 1)];
  if (row === undefined) throw new NothingToPickError();
  return row;
}

export class NothingToPickError extends Error {}

export const isPicked = ({ picks }: Scene, nth: number): boolean => (picks[nth] ?? 0) % 2 === 0;
