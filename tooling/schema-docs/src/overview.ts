import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaAsMarkdown } from './markdown.js';
import { repositoryRoot, type Service, services } from './repository.js';
import { readSchema } from './schema.js';
import { readSqlRules } from './sql-rules.js';
import { readTransitions } from './transitions.js';

export const overviewPath = join(repositoryRoot, '.context/PLAN_OVERVIEW.md');

export function readOverview(): string {
  return readFileSync(overviewPath, 'utf8');
}

/** The overview as it should be: what stands between the markers made anew, everything else as it is. */
export async function freshOverview(overview: string): Promise<string> {
  let fresh = overview;
  for (const service of services) {
    const tables = schemaAsMarkdown(
      await readSchema(service),
      readSqlRules(service),
      readTransitions(service),
    );
    fresh = withGenerated(fresh, service, tables);
  }
  return fresh;
}

export function withGenerated(document: string, service: Service, text: string): string {
  const [begin, end] = [`<!-- ${service} schema: generated -->`, `<!-- ${service} schema: end -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) {
    throw new Error(`PLAN_OVERVIEW.md needs the line "${begin}" and, below it, "${end}"`);
  }
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}
