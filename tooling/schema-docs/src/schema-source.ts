// Reads from the text of a schema what Prisma's model of it leaves out.
import { basename } from 'node:path';
import type { TextFile } from './repository.js';

const MAPPED = /\bmap:\s*"([^"]+)"/;

/** By the index's `map:` name, the `//` lines that stand directly above it. */
export function indexComments(source: string): Map<string, string> {
  const comments = new Map<string, string>();
  let above: string[] = [];
  for (const line of source.split('\n').map((text) => text.trim())) {
    const comment = /^\/\/(?!\/)\s?(.*)$/.exec(line);
    if (comment) {
      above.push(comment[1] ?? '');
      continue;
    }
    const name = line.startsWith('@@index') ? MAPPED.exec(line)?.[1] : undefined;
    if (name !== undefined && above.length > 0) comments.set(name, above.join(' ').trim());
    above = [];
  }
  return comments;
}

/** By `Model.field`, the `map:` name of a relation's foreign key. */
export function relationConstraints(source: string): Map<string, string> {
  const constraints = new Map<string, string>();
  for (const [, model, body] of source.matchAll(/^model\s+(\w+)\s*\{\n([\s\S]*?)^\}/gm)) {
    for (const [, field, relation] of (body ?? '').matchAll(/^\s*(\w+)\s+\w+\??\s.*?@relation\((.*)\)/gm)) {
      const name = MAPPED.exec(relation ?? '')?.[1];
      if (name !== undefined) constraints.set(`${model}.${field}`, name);
    }
  }
  return constraints;
}

/** By model, the name of the file that declares it, without its extension: the part of the domain. */
export function partsOf(files: TextFile[]): Map<string, string> {
  return new Map(
    files.flatMap(({ path, text }) =>
      [...text.matchAll(/^model\s+(\w+)/gm)].map(
        ([, model = '']) => [model, basename(path, '.prisma')] as const,
      ),
    ),
  );
}
