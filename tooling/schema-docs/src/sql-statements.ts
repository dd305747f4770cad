export interface Statement {
  /** Without comments, white space folded. */
  text: string;
  /** The comment lines directly above it. */
  comment: string;
  /** Comments within it, each with the place in `text` where it stood. */
  inner: { at: number; comment: string }[];
}

// In the order in which they must be tried. What is quoted may hold semicolons, parentheses and dashes.
const TOKEN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|(?<quoted>(\$\w*\$)[\s\S]*?\3|'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<end>;)|(?<blank>\s+)|(?<other>[^\s;'"$/-]+|[\s\S])/g;

/** The statements of a migration, in their order. */
export function statements(sql: string): Statement[] {
  const found: Statement[] = [];
  let statement: Statement = { text: '', comment: '', inner: [] };
  const finish = (): void => {
    if (statement.text !== '') found.push({ ...statement, text: statement.text.trim() });
    statement = { text: '', comment: '', inner: [] };
  };

  for (const { groups } of sql.matchAll(TOKEN)) {
    const token = groups ?? {};
    const begun = statement.text !== '';
    if (token.end !== undefined) finish();
    else if (token.comment !== undefined) {
      const words = token.comment.replace(/^--\s?|^\/\*\s*|\s*\*\/$/g, '').trim();
      if (begun) statement.inner.push({ at: statement.text.length, comment: words });
      else statement.comment = `${statement.comment} ${words}`.trim();
    } else if (token.blank !== undefined) {
      // An empty line cuts a heading off from the statement below it.
      if (begun) statement.text = `${statement.text.trimEnd()} `;
      else if ((token.blank.match(/\n/g) ?? []).length > 1) statement.comment = '';
    } else {
      statement.text += token.quoted ?? token.other ?? '';
    }
  }
  finish();
  return found;
}

/** From an opening parenthesis to the one that closes it, both included. */
export function parenthesized(text: string, from: number): string {
  let depth = 0;
  for (const match of text.slice(from).matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (match[0] === '(') depth += 1;
    if (match[0] === ')') depth -= 1;
    if (match[0] === ')' && depth === 0) return text.slice(from, from + match.index + 1);
  }
  throw new Error(`a parenthesis is not closed: ${text.slice(from, from + 80)}`);
}
