/** A piece of a text, and what takes its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with the edits applied, and nothing else of it touched: comments, line ends and blanks stay as they are. Of edits that
 * overlap the first is applied; the other is found again in the next pass.
 */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let done = 0;
  const inOrder = edits
    .map((edit, at) => ({ ...edit, at }))
    .sort((one, other) => one.start - other.start || one.end - other.end || one.at - other.at);
  const seen = new Set<string>();
  for (const { start, end, text: replacement } of inOrder) {
    const key = `${start}:${end}:${replacement}`;
    if (start < done || seen.has(key)) continue;
    seen.add(key);
    result += text.slice(done, start) + replacement;
    done = end;
  }
  return result + text.slice(done);
}
