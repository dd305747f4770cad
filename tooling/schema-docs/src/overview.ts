import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectionsAsMarkdown } from './collections.js';
import { schemaAsMarkdown } from './markdown.js';
import { repositoryRoot, type Service, services } from './repository.js';
import { readSchema, type Schema } from './schema.js';
import { referencesAsMarkdown, sharedEnumsAsMarkdown } from './shared.js';
import { readSqlRules } from './sql-rules.js';
import { readTransitions } from './transitions.js';

export const overviewPath = join(repositoryRoot, '.context/PLAN_OVERVIEW.md');

export function readOverview(): string {
  return readFileSync(overviewPath, 'utf8');
}

/** The overview as it should be: what stands between the markers made anew, everything else as it is. */
export async function freshOverview(overview: string): Promise<string> {
  const schemas = new Map<Service, Schema>();
  for (const service of services) schemas.set(service, await readSchema(service));

  const generated: [block: string, text: string][] = [
    ['references', referencesAsMarkdown()],
    ['shared enums', sharedEnumsAsMarkdown(schemas)],
    ...[...schemas].map(([service, schema]): [string, string] => [
      `${service} schema`,
      schemaAsMarkdown(schema, readSqlRules(service), readTransitions(service)),
    ]),
    ['activity collections', collectionsAsMarkdown()],
  ];
  return generated.reduce((document, [block, text]) => withGenerated(document, block, text), overview);
}

function withGenerated(document: string, block: string, text: string): string {
  const [begin, end] = [`<!-- ${block}: generated -->`, `<!-- ${block}: end -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) {
    throw new Error(`PLAN_OVERVIEW.md needs the line "${begin}" and, below it, "${end}"`);
  }
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}
