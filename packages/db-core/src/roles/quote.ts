import { escapeIdentifier, escapeLiteral } from 'pg';

/** Names of roles, databases and tables as SQL. They come from our own lists and from the command's options. */
export const identifier = escapeIdentifier;
export const literal = escapeLiteral;

export function identifiers(names: readonly string[]): string {
  return names.map(identifier).join(', ');
}

/** `ARRAY['a', 'b']::text[]`; the cast is what an empty list needs. */
export function textArray(values: readonly string[]): string {
  return `ARRAY[${values.map(literal).join(', ')}]::text[]`;
}
