import { joinedRows, read, rowsOf } from '@codezest/db-core';
import type { ProgrammingLanguageId } from '@codezest/db-types';
import type { Difficulty, Module, ProgrammingLanguage } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { batchSize } from './batch-size.js';
import type { Client } from './client.js';

export interface CatalogueSearch {
  /** What somebody has typed. Every word must be found; left out, or without a word, all modules are. */
  readonly text?: string;
  readonly languageId?: ProgrammingLanguageId;
  /** Of the language. */
  readonly difficulty?: Difficulty;
  /** At most so many, 1 to 1000; 20 unless given. */
  readonly limit?: number;
}

export interface CatalogueEntry {
  readonly module: Module;
  readonly language: ProgrammingLanguage;
}

/** More words than these are not looked for. */
const MOST_WORDS = 10;
const LONGEST_WORD = 50;

/**
 * The modules that learners may choose from, best first: live, published ones of live, active languages. A word is found in
 * titles, descriptions and names of languages by its stem or its beginning. A word that is found nowhere is taken as typed
 * with an error, and found where the letters are alike.
 *
 * @throws {BatchSizeOutOfRangeError} BATCH_SIZE_OUT_OF_RANGE
 * @example
 * const found = await searchCatalogue(prisma, { text: 'pyhton func', difficulty: 'BEGINNER' });
 * for (const { module, language } of found) console.log(language.name, module.title);
 */
export async function searchCatalogue(
  client: Client,
  { text = '', languageId, difficulty, limit = 20 }: CatalogueSearch = {},
): Promise<CatalogueEntry[]> {
  const words = wordsOf(text);
  const filters = [languageId ?? null, difficulty ?? null, batchSize(limit)];
  const rows = await (words.length === 0
    ? rowsOf(client, browse, filters)
    : rowsOf(client, search, [...filters, words]));
  return rows.map((row) => joined.split(row));
}

function wordsOf(text: string): string[] {
  const words =
    String(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, LONGEST_WORD)))].slice(0, MOST_WORDS);
}

const joined = joinedRows<CatalogueEntry>({
  module: columnsOf.module('m'),
  language: columnsOf.programmingLanguage('l'),
});

const shown = `m.deleted_at IS NULL AND m.published_at IS NOT NULL AND l.deleted_at IS NULL AND l.is_active
  AND ($1::uuid IS NULL OR m.language_id = $1::uuid) AND ($2::"Difficulty" IS NULL OR l.difficulty = $2::"Difficulty")`;

const browse = read<object>(
  'learning.browse_catalogue',
  `SELECT ${joined.columns} FROM modules m JOIN programming_languages l ON l.id = m.language_id
  WHERE ${shown} ORDER BY l.name, l.id, m."order", m.id LIMIT $3::int`,
);

const words = 'rules.search_words(m.title, m.description)';

/** A word without a stem, such as "the", asks for nothing: with such words alone nothing is left out. */
const search = read<object>(
  'learning.search_catalogue',
  `WITH asked AS MATERIALIZED (
    SELECT word, query FROM unnest($4::text[]) AS word, to_tsquery('english', word || ':*') AS query
    WHERE numnode(query) > 0
  ), hit AS MATERIALIZED (
    SELECT m.id, asked.word, ts_rank(${words}, asked.query) AS score
    FROM asked JOIN modules m ON ${words} @@ asked.query AND m.deleted_at IS NULL AND m.published_at IS NOT NULL
    UNION ALL
    SELECT m.id, asked.word, 0.5
    FROM asked JOIN programming_languages l ON to_tsvector('english', l.name) @@ asked.query
    JOIN modules m ON m.language_id = l.id AND m.deleted_at IS NULL
  ), likeness AS (
    SELECT m.id, asked.word, alike.score / 2 AS score
    FROM asked CROSS JOIN modules m JOIN programming_languages l ON l.id = m.language_id
    CROSS JOIN LATERAL rules.likeness(asked.word, m.title || ' ' || l.name) AS alike(score)
    WHERE NOT EXISTS (SELECT FROM hit WHERE hit.word = asked.word) AND alike.score > 0 AND ${shown}
  ), found AS (
    SELECT id, sum(score) AS score
    FROM (
      SELECT id, word, max(score) AS score
      FROM (SELECT * FROM hit UNION ALL SELECT * FROM likeness) AS each GROUP BY id, word) AS best
    GROUP BY id HAVING count(*) = (SELECT count(*) FROM asked)
  )
  SELECT ${joined.columns}
  FROM modules m JOIN programming_languages l ON l.id = m.language_id LEFT JOIN found ON found.id = m.id
  WHERE ${shown} AND (found.id IS NOT NULL OR NOT EXISTS (SELECT FROM asked))
  ORDER BY found.score DESC NULLS LAST, l.name, m."order", m.id LIMIT $3::int`,
);
