/**
 * A text that the sender chose, such as a user agent or a place, as a column of `atMost` characters takes it: without NUL and
 * lone surrogates, which PostgreSQL's text cannot hold, and cut to the length. Characters are counted as PostgreSQL does,
 * by code points. What is no text becomes null.
 *
 * @example storableText(request.headers['user-agent'], 512)
 */
export function storableText(text: unknown, atMost: number): string | null {
  if (typeof text !== 'string') return null;
  // A character is at most two code units. What is dropped behind this, a megabyte of it, costs nothing.
  const storable = text.slice(0, 4 * atMost).replace(NOT_STORABLE, '');
  if (storable.length <= atMost) return storable;
  return Array.from(storable).slice(0, atMost).join('');
}

// In Unicode mode a pair of surrogates is one character, and only lone ones are in the range.
const NOT_STORABLE = /[\0\ud800-\udfff]/gu;
