/**
 * One value for the whole process. A package may be loaded twice, by `import` and by `require`, or by a bundler into
 * several bundles; what its copies must know of each other stands here. The key holds the number of what is kept: who
 * changes its form counts up.
 */
export function processWide<Value>(name: string, make: () => Value): Value {
  const key = Symbol.for(`@codezest/db-core/${name}/1`);
  const known = globalThis as unknown as Record<symbol, Value | undefined>;
  known[key] ??= make();
  return known[key];
}
