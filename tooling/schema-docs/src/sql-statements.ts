export interface Statement {
  /** Without comments, white space folded. */
  text: string;
  /** The comment lines directly above it. */
  comment: string;
}

// In the order in which they must be tried. What is quoted may hold semicolons, parentheses and dashes.
const TOKEN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|(?<quoted>(\$\w*\$)[\s\S]*?\3|'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<end>;)|(?<blank>\s+)|(?<other>[^\s;'"$/-]+|[\s\S])/g;

/** The statements of a migration, in their order. */
export function statements(sql: string): Statement[] {
  const found: Statement[] = [];
  let text = '';
  let comment: string[] = [];
  for (const { groups } of sql.matchAll(TOKEN)) {
    const token = groups ?? {};
    if (token.end !== undefined) {
      if (text !== '') found.push({ text: text.trim(), comment: comment.join(' ') });
      text = '';
      comment = [];
    } else if (token.comment !== undefined) {
      if (text === '') comment.push(token.comment.replace(/^--\s?|^\/\*\s*|\s*\*\/$/g, '').trim());
    } else if (token.blank !== undefined) {
      // An empty line cuts a heading off from the statement below it.
      if (text === '' && (token.blank.match(/\n/g) ?? []).length > 1) comment = [];
      else if (text !== '') text += ' ';
    } else {
      text += token.quoted ?? token.other ?? '';
    }
  }
  if (text.trim() !== '') found.push({ text: text.trim(), comment: comment.join(' ') });
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
