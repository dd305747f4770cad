import { readFileSync } from 'node:fs';

/** A line of the tables of columns in docs/upgrading.md. */
export interface ColumnNote {
  readonly model: string;
  readonly column: string;
  /** The model has no column of this name any more. */
  readonly isGone: boolean;
  /** For a sentence: "`User.backupCodes` is `RecoveryCode.codeHash`: a row for each". */
  readonly text: string;
}

/** The tables of the page, which a check compares with both schemas: reasons are written once. */
export function columnNotes(
  page: string = readFileSync(new URL('../../../../docs/upgrading.md', import.meta.url), 'utf8'),
): readonly ColumnNote[] {
  return [...page.matchAll(/^#### (\w+)\n([\s\S]*?)(?=^#|(?![\s\S]))/gm)].flatMap(
    ([, model = '', section = '']) =>
      [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \|([^|]*)\|/gm)].map(
        ([, column = '', now = '', note = '']) => ({
          model,
          column,
          isGone: !now.includes(`\`${model}.${column}\``),
          text: `\`${model}.${column}\` is now ${now.trim()}${note.trim() === '' ? '' : `: ${note.trim()}`}`,
        }),
      ),
  );
}
