import { cpus } from 'node:os';

export interface Throughput {
  readonly perSecond: number;
  /** Processor time of this process for one unit, in microseconds. */
  readonly cpuMicroseconds: number;
  /** Half of the calls took no longer, in milliseconds. */
  readonly p50: number;
}

/** Callers who call again as soon as they are answered, until the time is over. `call` gives how many units it did. */
export async function throughput(
  { seconds, callers }: { seconds: number; callers: number },
  call: () => Promise<number>,
): Promise<Throughput> {
  await during(seconds / 4, callers, call);
  const cpu = process.cpuUsage();
  const { done, elapsed, latencies } = await during(seconds, callers, call);
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: done / elapsed,
    cpuMicroseconds: (user + system) / done,
    p50: median(latencies),
  };
}

async function during(seconds: number, callers: number, call: () => Promise<number>) {
  const latencies: number[] = [];
  let done = 0;
  const start = performance.now();
  const end = start + seconds * 1_000;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let at = performance.now(); at < end; ) {
        const units = await call();
        done += units;
        const now = performance.now();
        latencies.push(now - at);
        at = now;
      }
    }),
  );
  return { done, latencies, elapsed: (performance.now() - start) / 1_000 };
}

/** Milliseconds that half of the calls stay below; one at a time, after some that do not count. */
export async function p50(times: number, call: (turn: number) => Promise<unknown>): Promise<number> {
  const latencies: number[] = [];
  for (let turn = -10; turn < times; turn += 1) {
    const start = performance.now();
    await call(turn);
    if (turn >= 0) latencies.push(performance.now() - start);
  }
  return median(latencies);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The middle of several measurements, each figure by itself. */
export function middleOf(measured: readonly Throughput[]): Throughput {
  return {
    perSecond: median(measured.map(({ perSecond }) => perSecond)),
    cpuMicroseconds: median(measured.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    p50: median(measured.map((one) => one.p50)),
  };
}

export function machine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version.slice(1)}`;
}
