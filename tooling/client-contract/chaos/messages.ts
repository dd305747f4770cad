import type { Operation, Service } from './history.js';

/** What the load is told by its first argument, as JSON. */
export interface LoadTask {
  readonly urls: Readonly<Record<Service, string>>;
  /** Milliseconds that a worker rests between two calls. */
  readonly pauseMs: number;
}

/** What the load says. */
export type FromLoad =
  | { readonly operations: readonly Operation[] }
  | { readonly heapMb: number; readonly residentMb: number }
  /** The last: what each client's pool holds when all work is done. */
  | { readonly pools: Readonly<Record<Service, Pool>> };

export interface Pool {
  readonly healthy: boolean;
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

/** Milliseconds of a clock that all processes of the machine share and nobody sets. */
export function now(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
