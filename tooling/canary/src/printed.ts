import { inspect } from 'node:util';

/** An error in each way in which loggers print one. */
export function printed(error: unknown): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  for (let each = error; each !== undefined && each !== null && !seen.has(each); ) {
    seen.add(each);
    texts.push(
      attempt(() => String(each)),
      attempt(() => inspect(each, { depth: 9, showHidden: false })),
      attempt(() => JSON.stringify(each)),
      attempt(() => JSON.stringify({ ...(each as object) })),
      attempt(() => inspect(structuredClone(each), { depth: 9 })),
    );
    if (!(each instanceof Error)) break;
    texts.push(
      each.message,
      each.stack ?? '',
      // As serializers of errors do it: the hidden properties of its own too.
      attempt(() => JSON.stringify(each, Object.getOwnPropertyNames(each))),
      ...Object.getOwnPropertyNames(each).map((name) =>
        attempt(() => inspect((each as unknown as Record<string, unknown>)[name], { depth: 9 })),
      ),
    );
    each = each.cause;
  }
  return texts.join('\n');
}

/** What cannot be cloned or is circular is not printed in that way. */
function attempt(print: () => string | undefined): string {
  try {
    return print() ?? '';
  } catch (refusal) {
    return `(${(refusal as Error).name})`;
  }
}
