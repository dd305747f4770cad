import type { JsonObject } from '../json.js';
import type { Source } from './opened-source.js';
import type { Step } from './step.js';

export interface Watcher {
  /** The step, and what it reads of its rows is remembered. */
  watch(step: Step): Step;
  /** Columns by table. */
  readonly read: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Remembers which columns the conversion has asked for: what is not asked for is lost, and nobody has to list it. */
export function watching(isOn: boolean): Watcher {
  const read = new Map<string, Set<string>>();
  if (!isOn) return { read, watch: (step) => step };
  const watched = (row: JsonObject, table: string, along: Step['along']): JsonObject => {
    const columns = read.get(table) ?? new Set();
    read.set(table, columns);
    return new Proxy(row, {
      get(target, name) {
        columns.add(String(name));
        const from = along?.[String(name)]?.from;
        const value = Reflect.get(target, name);
        return from === undefined || !Array.isArray(value)
          ? value
          : value.map((each) => watched(each, from, undefined));
      },
    });
  };
  return {
    read,
    watch: (step) => ({
      ...step,
      convert: (row, context) => step.convert(watched(row, step.from, step.along), context),
    }),
  };
}

/** `table.column` of the tables that the steps read. A table without rows tells nothing. */
export function unreadColumns(source: Source, steps: readonly Step[], { read }: Watcher): string[] {
  const tables = new Set(
    steps.flatMap(({ from, along }) => [from, ...Object.values(along ?? {}).map((each) => each.from)]),
  );
  return [...tables]
    .filter((table) => read.has(table))
    .flatMap((table) =>
      [...(source.tables.get(table) ?? [])]
        .filter((column) => !read.get(table)?.has(column))
        .map((column) => `${table}.${column}`),
    )
    .sort();
}
