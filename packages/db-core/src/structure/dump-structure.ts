import type { Client } from 'pg';
import * as catalog from './catalog-queries.js';

const sections = [
  ['Schemas and extensions', catalog.schemasAndExtensions],
  ['Enums', catalog.enums],
  ['Functions', catalog.functions],
  ['Sequences', catalog.sequences],
  ['Tables', catalog.tables],
  ['Views', catalog.views],
  ['Grants', catalog.grants],
] as const;

/** The objects alone: what a role without a right in any table may read. */
export async function dumpObjects(client: Pick<Client, 'query'>): Promise<string> {
  return inOneSnapshot(client, async () => `\n${(await sectionTexts(client)).join('\n\n')}\n`);
}

/**
 * Everything that migrations have made of a database, as SQL to read and to compare: the same text for the same structure.
 * Not for building one; that is what migrations are for.
 */
export async function dumpStructure(client: Pick<Client, 'query'>): Promise<string> {
  return inOneSnapshot(client, async () => {
    const texts = [...(await sectionTexts(client)), ...(await ruleRows(client))];
    return `${texts.join('\n\n')}\n`;
  });
}

async function inOneSnapshot(client: Pick<Client, 'query'>, read: () => Promise<string>): Promise<string> {
  // Names are written as the search path makes necessary, so that it must be the same everywhere.
  await client.query('BEGIN TRANSACTION READ ONLY; SET LOCAL search_path = public');
  try {
    return await read();
  } finally {
    await client.query('ROLLBACK');
  }
}

async function sectionTexts(client: Pick<Client, 'query'>): Promise<string[]> {
  const texts: string[] = [];
  for (const [title, query] of sections) {
    const { rows } = await client.query<{ sql: string }>(query);
    if (rows.length > 0) texts.push(`-- ${title}`, ...rows.map(({ sql }) => trimLines(sql)));
  }
  return texts;
}

async function ruleRows(client: Pick<Client, 'query'>): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string }>(catalog.ruleTables);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT r::text AS row FROM ${name} r ORDER BY 1`);
    if (rows.length > 0)
      texts.push([`-- Rows of ${name}`, ...rows.map(({ row }) => `--   ${row}`)].join('\n'));
  }
  return texts;
}

function trimLines(text: string): string {
  return text.replaceAll('\r', '').replace(/[ \t]+$/gm, '');
}
