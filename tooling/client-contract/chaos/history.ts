import type { FailureClass } from '@codezest/db-auth';

export const SERVICES = ['auth', 'learning', 'payments', 'notifications', 'activity'] as const;
export type Service = (typeof SERVICES)[number];

/** The ways in which a service speaks to its database. */
export const KINDS = ['insert', 'list', 'transaction', 'increment', 'function', 'read', 'browse'] as const;
export type Kind = (typeof KINDS)[number];

/** One call: when it began and ended, by the clock of the machine, and what its caller was told. */
export interface Operation {
  readonly service: Service;
  readonly kind: Kind;
  readonly n: number;
  readonly begin: number;
  readonly end: number;
  /** Absent: it was acknowledged. */
  readonly failure?: FailureClass;
  /** Of a failure: name and code, for people. */
  readonly error?: string;
  /** Of `increment`: the value that it has made; of `read`: the value that it saw, if on a primary. */
  readonly value?: number;
}

/** What a database holds at the end: how many rows of each number. */
export type Stored = Readonly<Record<Kind, ReadonlyMap<number, number>>> & { readonly counter: number };

/** Rows that an acknowledged call leaves. */
const ROWS: Readonly<Record<Kind, number>> = {
  insert: 1,
  list: 2,
  transaction: 2,
  increment: 1,
  function: 1,
  read: 0,
  browse: 0,
};

/** The caller cannot know whether it was applied. All other failures say that it was not. */
const UNKNOWN: ReadonlySet<FailureClass> = new Set(['connection-lost']);

/**
 * What contradicts the promise: acknowledged is stored, refused is not, unknown is either, and never in part or twice.
 * An increment's value is greater than that of each increment that had ended before it began, and so is a value that is read.
 */
export function contradictions(
  history: readonly Operation[],
  stored: Readonly<Record<Service, Stored>>,
): string[] {
  return SERVICES.flatMap((service) => {
    const own = history.filter((operation) => operation.service === service);
    return [
      ...unlikeStored(own, stored[service]),
      ...outOfOrder(own),
      ...countedWrong(own, stored[service]),
    ].map((text) => `${service}: ${text}`);
  });
}

function unlikeStored(history: readonly Operation[], stored: Stored): string[] {
  const wrong: string[] = [];
  for (const { kind, n, failure, error } of history) {
    if (ROWS[kind] === 0) continue;
    const rows = stored[kind].get(n) ?? 0;
    const whole = ROWS[kind];
    if (failure === undefined && rows !== whole)
      wrong.push(`${kind} ${n} was acknowledged and left ${rows} rows`);
    else if (failure !== undefined && rows !== 0 && rows !== whole)
      wrong.push(`${kind} ${n} failed and left ${rows} rows, neither all nor none`);
    else if (failure !== undefined && rows !== 0 && !UNKNOWN.has(failure))
      wrong.push(`${kind} ${n} is stored, although it failed as "${failure}" (${error})`);
  }
  return wrong;
}

/** Linearizable: who has seen a value cannot be followed by somebody who sees an older one. */
function outOfOrder(history: readonly Operation[]): string[] {
  const seen = history.filter(({ failure, value }) => failure === undefined && value !== undefined);
  const byEnd = [...seen].sort((a, b) => a.end - b.end);
  const wrong: string[] = [];
  let greatest = 0;
  let at = 0;
  for (const operation of [...seen].sort((a, b) => a.begin - b.begin)) {
    for (let before = byEnd[at]; before !== undefined && before.end < operation.begin; before = byEnd[at]) {
      greatest = Math.max(greatest, before.value ?? 0);
      at += 1;
    }
    const value = operation.value ?? 0;
    if (operation.kind === 'read' ? value < greatest : value <= greatest)
      wrong.push(`${operation.kind} ${operation.n} saw ${value} after ${greatest} had been seen`);
  }
  const made = seen.filter(({ kind }) => kind === 'increment').map(({ value }) => value);
  if (new Set(made).size !== made.length) wrong.push('two increments made the same value');
  return wrong;
}

function countedWrong(history: readonly Operation[], { counter }: Stored): string[] {
  const increments = history.filter(({ kind }) => kind === 'increment');
  const acknowledged = increments.filter(({ failure }) => failure === undefined).length;
  const perhaps = increments.filter(({ failure }) => failure !== undefined && UNKNOWN.has(failure)).length;
  return counter >= acknowledged && counter <= acknowledged + perhaps
    ? []
    : [`the counter is ${counter}, with ${acknowledged} increments acknowledged and ${perhaps} unknown`];
}

/** Milliseconds from `since` until a call of each kind of each service had succeeded; the slowest of them. */
export function recovery(history: readonly Operation[], since: number): { ms: number; who: string } {
  let slowest = { ms: 0, who: '' };
  for (const service of SERVICES)
    for (const kind of KINDS) {
      const ends = history
        .filter((each) => each.service === service && each.kind === kind)
        .filter(({ end, failure }) => end >= since && failure === undefined)
        .map(({ end }) => end);
      const ms = ends.reduce((first, end) => Math.min(first, end), Number.POSITIVE_INFINITY) - since;
      if (ms > slowest.ms) slowest = { ms, who: `${service} ${kind}` };
    }
  return slowest;
}
