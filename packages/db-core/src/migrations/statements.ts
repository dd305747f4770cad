/** One statement of a script. Number and line count from 1; `end` is an index into the script. */
export interface Statement {
  readonly number: number;
  readonly line: number;
  readonly end: number;
  readonly text: string;
  /** The text with comments, literals and quoted names blanked: safe to search for keywords. */
  readonly keywords: string;
}

/** Everything in which a semicolon or a keyword means nothing, and the words and signs that decide on nesting. */
const token =
  /--[^\n]*|\/\*|(?<=^|[^\w$])[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[();]/g;

/**
 * Splits a script the way the server counts its statements, to say which one failed. Nothing is executed from
 * the pieces: the server always gets the whole script. Knows dollar quotes, nested comments, rule bodies in parentheses
 * and SQL-standard function bodies (BEGIN ATOMIC … END).
 */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = [];
  // The statement so far, as far as `copied`, with everything that is not a keyword blanked.
  let masked = '';
  let copied = 0;
  let start = 0;
  let line = 1;
  let lineKnownAt = 0;
  let parentheses = 0;
  let blocks = 0;

  const mask = (from: number, to: number, filler: string): void => {
    masked += script.slice(copied, from) + script.slice(from, to).replace(/[^\n]/g, filler);
    copied = to;
    token.lastIndex = to;
  };
  const finish = (end: number): void => {
    masked += script.slice(copied, end);
    const keywords = masked.trim();
    if (keywords) {
      const first = start + masked.indexOf(keywords);
      const text = script.slice(first, end).trimEnd();
      line += newlines(script.slice(lineKnownAt, first));
      lineKnownAt = first;
      statements.push({ number: statements.length + 1, line, end: first + text.length, text, keywords });
    }
    masked = '';
    copied = start = end + 1;
    parentheses = blocks = 0;
  };

  token.lastIndex = 0;
  for (let match = token.exec(script); match; match = token.exec(script)) {
    const at = match.index;
    const found = match[0];
    if (found.startsWith('--')) mask(at, token.lastIndex, ' ');
    else if (found === '/*') mask(at, endOfComment(script, at), ' ');
    else if (found.startsWith('$')) mask(at, endOfDollarQuote(script, at, found), '_');
    else if (/^(?:[eE]?'|")/.test(found)) mask(at, token.lastIndex, '_');
    else if (found === '(') parentheses += 1;
    else if (found === ')') parentheses -= 1;
    else if (found === ';') {
      if (parentheses <= 0 && blocks === 0) finish(at);
    } else blocks += blockDepthChange(found, blocks, () => masked + script.slice(copied, at));
  }
  finish(script.length);
  return statements;
}

/** The statement the server's error points at: by its position, else by how many statements had completed. */
export function failedStatement(
  script: string,
  statements: readonly Statement[],
  error: unknown,
  completed: number,
): Statement | undefined {
  const position =
    typeof error === 'object' && error !== null && 'position' in error ? Number(error.position) : 0;
  if (!Number.isInteger(position) || position <= 0) return statements[completed];
  const offset = utf16Offset(script, position - 1);
  const hit = statements.find((statement) => offset < statement.end) ?? statements.at(-1);
  return hit && { ...hit, line: Math.max(hit.line, newlines(script.slice(0, offset)) + 1) };
}

/** The statement as the server reads it: each comment is a space. */
export function withoutComments({ text, keywords }: Pick<Statement, 'text' | 'keywords'>): string {
  return keywords.replace(/_/g, (_, at: number) => text[at] ?? '');
}

/** The beginning of a statement on one line, for messages. */
export function firstWords(statement: Pick<Statement, 'text'>, length = 72): string {
  const line = statement.text.replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}

/** The server counts characters (code points), JavaScript counts UTF-16 units. */
function utf16Offset(text: string, characters: number): number {
  let offset = 0;
  for (let counted = 0; counted < characters && offset < text.length; counted += 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

function endOfComment(script: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start + 2;
  let depth = 1;
  for (let match = edge.exec(script); match; match = edge.exec(script)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return script.length;
}

function endOfDollarQuote(script: string, start: number, quote: string): number {
  const end = script.indexOf(quote, start + quote.length);
  return end < 0 ? script.length : end + quote.length;
}

/** BEGIN and CASE open, END closes, inside CREATE FUNCTION or PROCEDURE alone: psql counts them the same way. */
function blockDepthChange(word: string, depth: number, before: () => string): number {
  const upper = word.toUpperCase();
  if (upper === 'CASE') return depth > 0 ? 1 : 0;
  if (upper === 'END') return depth > 0 ? -1 : 0;
  if (upper !== 'BEGIN') return 0;
  return depth > 0 || /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b/i.test(before()) ? 1 : 0;
}
